// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.PlannedFault;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.HeardLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Refusals": one answer, with a reason phrase and a body that say the same. */
class RefusalsTest {

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final ConnectionEvents events = new ConnectionEvents();

    @BeforeEach
    void connect() {
        socket.pipeline().addLast(new Refusals(new AnswerDate(() -> Instant.parse("2026-11-01T12:00:00Z")), events));
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void everyRowIsAnsweredInItsOwnWordsAndNoOthers(Refusal refusal) {
        refuse(new RefusedException(refusal, "evidence for the log alone"));

        Answer answer = answer();
        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 " + refusal.status() + " " + refusal.summary());
        assertThat(answer.head())
                .contains("\r\nContent-Type: application/json; charset=utf-8\r\n")
                .contains("\r\nDate: Sun, 01 Nov 2026 12:00:00 GMT\r\n")
                .contains("\r\nConnection: close\r\n")
                .contains("\r\nContent-Length: " + answer.body().getBytes(StandardCharsets.UTF_8).length + "\r\n");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"error\":{\"code\":\"" + refusal.code() + "\",\"message\":\"" + refusal.summary() + "\"}}");
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("refused " + refusal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "quotes \" and \\ slashes / and \b\f\n\r\t controls \u0000\u001f\u007f",
                "</script>",
                "\u00e4\u20ac\ud83d\ude00\u2028",
                "}}, \"code\": \"other\""
            })
    void bodyIsSoundJsonWhateverAListenerSays(String reason) {
        refuse(new RefusedException(new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, 418, reason), "said so"));

        Answer answer = answer();
        assertThat(answer.statusLine()).startsWith("HTTP/1.1 418 ").hasSize("HTTP/1.1 418 ".length() + reason.length());
        assertThat(Json.parse(answer.body()))
                .isEqualTo(Map.of("error", Map.of("code", "ConnectionNotEstablished", "message", reason)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Refusal.class,
            names = {"UPGRADE_REQUIRED", "VERSION_UNSUPPORTED"})
    void upgradeThatIsRequiredIsNamed(Refusal refusal) {
        refuse(new RefusedException(refusal, "plain"));

        assertThat(answer().head())
                .contains("\r\nUpgrade: websocket\r\n")
                .contains("\r\nSec-WebSocket-Version: 13\r\n");
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void whatPassesWithTimeSaysAfterHowManySeconds(Refusal refusal) {
        refuse(new RefusedException(refusal, "busy"));

        String head = answer().head();
        refusal.retryAfter()
                .ifPresentOrElse(
                        pause -> assertThat(head).contains("\r\nRetry-After: " + pause.toSeconds() + "\r\n"),
                        () -> assertThat(head).doesNotContain("Retry-After"));
    }

    /** RFC 9110, section 11.6.1, and RFC 6750, section 3. */
    @Test
    void whoMayShowABetterTokenIsChallenged() {
        refuse(new RefusedException(Refusal.CREDENTIALS_EXPIRED, "exp"));

        assertThat(answer().head()).contains("\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "GET"})
    void headIsAnsweredWithoutTheBodyAndWithItsLength(String method) {
        socket.pipeline().addFirst(new RequestForm());
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "/", Unpooled.buffer(0));
        request.headers().set("Host", "relay.test");
        socket.writeInbound(request);

        refuse(new RefusedException(Refusal.PAGE_UNKNOWN, "/"));

        Answer answer = answer();
        String page = "{\"error\":{\"code\":\"NotFound\",\"message\":\"Not Found\"}}";
        assertThat(answer.head()).contains("\r\nContent-Length: " + page.length() + "\r\n");
        assertThat(answer.body()).isEqualTo(method.equals("HEAD") ? "" : page);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "GET"})
    void headOfABadFormIsAnsweredWithoutABodyToo(String method) {
        socket.pipeline().addFirst(new RequestForm());

        socket.writeInbound(
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "/", Unpooled.buffer(0)));

        assertThat(answer().body().isEmpty()).isEqualTo(method.equals("HEAD"));
    }

    @Test
    void faultIsAnsweredWith500AndNothingOfItsText() {
        refuse(new PlannedFault());

        Answer answer = answer();
        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 500 Internal error");
        assertThat(answer.head() + answer.body()).doesNotContain("secret").doesNotContain("Fault");
        assertThat(events.heard()).containsExactly("refused INTERNAL");
    }

    @Test
    void connectionThatIsLostIsAnsweredNothing() {
        refuse(new IOException("Connection reset by peer"));

        assertThat(socket.written()).isEmpty();
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void readThatFoundNoMemoryIsNoFault() {
        refuse(new MemoryShortage.Felt());

        assertThat(socket.written()).isEmpty();
        assertThat(socket.isOpen()).isTrue();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void oneForWhomThereIsNoMemoryIsCutOffWithoutAFault() {
        try (HeardLog log = HeardLog.of(Refusals.class)) {
            refuse(new OutOfMemoryError("planned"));

            assertThat(log.events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.DEBUG));
        }
        assertThat(socket.written()).isEmpty();
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("memoryShort");
    }

    @Test
    void secondMistakeIsNotAnsweredAgain() {
        socket.isNotRead();

        refuse(new RefusedException(Refusal.REQUEST_MALFORMED, "first"));
        refuse(new RefusedException(Refusal.REQUEST_TOO_SLOW, "second"));
        refuse(new PlannedFault());
        socket.isReadAgain();

        assertThat(answer().statusLine()).startsWith("HTTP/1.1 400 ");
        assertThat(events.heard()).containsExactly("refused REQUEST_MALFORMED");
    }

    @Test
    void whatStillArrivesIsDropped() {
        ByteBuf late = Unpooled.copiedBuffer(new byte[] {1});

        socket.writeInbound(late);

        assertThat(late.refCnt()).isZero();
        assertThat(socket.inboundMessages()).isEmpty();
    }

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
    }

    private void refuse(Throwable cause) {
        socket.pipeline().fireExceptionCaught(cause);
    }

    private record Answer(String head, String body) {
        String statusLine() {
            return head.substring(0, head.indexOf("\r\n"));
        }
    }

    private Answer answer() {
        byte[] wire = socket.written();
        String latin = new String(wire, StandardCharsets.ISO_8859_1);
        assertThat(latin).containsOnlyOnce("HTTP/1.1 ");
        int end = latin.indexOf("\r\n\r\n") + 4;
        return new Answer(latin.substring(0, end), new String(wire, end, wire.length - end, StandardCharsets.UTF_8));
    }
}
