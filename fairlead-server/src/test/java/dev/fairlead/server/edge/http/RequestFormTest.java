// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.edge.EmbeddedSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112: what could be read in two ways is refused and never put right. */
class RequestFormTest {

    private final EmbeddedSocket socket = new EmbeddedSocket();

    @BeforeEach
    void connect() {
        socket.pipeline().addLast(new RequestForm());
    }

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relay.test",
                "RELAY.test:9400",
                "127.0.0.1",
                "127.0.0.1:1",
                "[::1]",
                "[::1]:9400",
                "[::ffff:10.0.0.1]:65535",
                "under_score",
                "localhost."
            })
    void hostWithOrWithoutAPortPasses(String host) {
        FullHttpRequest request = request("/");
        request.headers().set("Host", host);

        assertPasses(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a,b",
                "user@relay.test",
                "relay.test/path",
                "relay.test:",
                "relay.test:123456",
                "relay.test:port",
                "[::1",
                "::1",
                "\"relay\"",
                "a\\b"
            })
    void hostThatIsNoneIsRefused(String host) {
        FullHttpRequest request = request("/");
        request.headers().set("Host", host);

        assertRefused(request, Refusal.REQUEST_MALFORMED);
    }

    @Test
    void requestWithoutAHostAndRequestWithTwoAreRefused() {
        FullHttpRequest without = request("/");
        without.headers().remove("Host");
        assertRefused(without, Refusal.REQUEST_MALFORMED);

        FullHttpRequest twice = request("/");
        twice.headers().add("host", "relay.test");
        assertRefused(twice, Refusal.REQUEST_MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "http://relay.test/a?b=c, /a?b=c",
        "HTTPS://other.test:1/a, /a",
        "ws://relay.test, /",
        "wss://relay.test?b=c, /?b=c",
        "/http://relay.test/, /http://relay.test/",
    })
    void targetWithSchemeAndAuthorityIsReadAsItsPath(String target, String path) {
        FullHttpRequest request = request(target);

        assertPasses(request);

        assertThat(request.uri()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*", "relay.test:443", "a/b", "ftp://relay.test/", "mailto:someone", "/a\u0001b", "/\u007f", ""})
    void targetThatIsNoPathIsRefused(String target) {
        assertRefused(request(target), Refusal.REQUEST_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "ICY/1.1"})
    void otherVersionIsRefused(String version) {
        FullHttpRequest request = request("/");
        request.setProtocolVersion(HttpVersion.valueOf(version));

        assertRefused(request, Refusal.REQUEST_MALFORMED);
    }

    @Test
    void lengthThatIsGivenInTwoWaysIsRefused() {
        FullHttpRequest request = request("/");
        request.headers().set("Content-Length", "1").set("Transfer-Encoding", "chunked");

        assertRefused(request, Refusal.REQUEST_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "gzip",
                "gzip, chunked",
                "chunked, chunked",
                "xchunked",
                "chunked;q=1",
                "\"chunked\""
            })
    void otherCodingThanChunkedIsRefused(String coding) {
        FullHttpRequest request = request("/");
        request.headers().set("Transfer-Encoding", coding);

        assertRefused(request, Refusal.REQUEST_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED"})
    void chunkedIsReadInAnyCase(String coding) {
        FullHttpRequest request = request("/");
        request.headers().set("Transfer-Encoding", coding);

        assertPasses(request);
    }

    @Test
    void codingThatIsGivenTwiceIsRefused() {
        FullHttpRequest request = request("/");
        request.headers().add("Transfer-Encoding", "chunked").add("Transfer-Encoding", "chunked");

        assertRefused(request, Refusal.REQUEST_MALFORMED);
    }

    @Test
    void upgradeOfBeforeTheStandardIsRefused() {
        FullHttpRequest request = request("/");
        request.headers().set("Sec-WebSocket-Key1", "a").set("Sec-WebSocket-Key2", "b");

        assertRefused(request, Refusal.REQUEST_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay.test:443", "/"})
    void tunnelIsRefusedAsSuch(String target) {
        FullHttpRequest request = request(target);
        request.setMethod(HttpMethod.CONNECT);

        assertRefused(request, Refusal.TUNNEL_UNKNOWN);
    }

    @Test
    void bodyThatCouldNotBeReadIsRefused() {
        DefaultLastHttpContent end = new DefaultLastHttpContent(Unpooled.copiedBuffer(new byte[] {1}));
        end.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a chunk has no size")));

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> socket.writeInbound(end))
                .satisfies(refused -> assertThat(refused.answer().refusal()).isEqualTo(Refusal.REQUEST_MALFORMED));
        assertThat(end.refCnt()).isZero();
    }

    @Test
    void requestThatCouldNotBeReadIsRefused() {
        FullHttpRequest request = request("/");
        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a broken line")));

        assertRefused(request, Refusal.REQUEST_MALFORMED);
    }

    @Test
    void nothingOfWhatCouldNotBeReadIsRepeated() {
        FullHttpRequest line = request("/");
        line.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("invalid version: a secret")));
        FullHttpRequest host = request("/");
        host.headers().set("Host", "a secret");

        for (FullHttpRequest request : List.of(line, host)) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> socket.writeInbound(request))
                    .withMessageNotContaining("secret");
        }
    }

    @Test
    void headThatIsTooLongIsRefusedAsSuch() {
        FullHttpRequest line = request("/");
        line.setDecoderResult(DecoderResult.failure(new TooLongHttpLineException("long")));
        assertRefused(line, Refusal.HEAD_TOO_LARGE);

        FullHttpRequest headers = request("/");
        headers.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException("long")));
        assertRefused(headers, Refusal.HEAD_TOO_LARGE);
    }

    @Test
    void whatIsNoRequestPasses() {
        socket.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(socket.inboundMessages()).hasSize(1);
    }

    private static FullHttpRequest request(String target) {
        ByteBuf body = Unpooled.copiedBuffer(new byte[] {1});
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target, body);
        request.headers().set("Host", "relay.test");
        return request;
    }

    private void assertPasses(FullHttpRequest request) {
        socket.writeInbound(request);

        assertThat(socket.inboundMessages()).containsExactly(request);
        assertThat(request.refCnt()).isOne();
    }

    private void assertRefused(FullHttpRequest request, Refusal refusal) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> socket.writeInbound(request))
                .satisfies(refused -> assertThat(refused.answer().refusal()).isEqualTo(refusal));
        assertThat(socket.inboundMessages()).isEmpty();
        assertThat(request.refCnt()).isZero();
    }
}
