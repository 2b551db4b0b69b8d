// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.edge.EmbeddedSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageDispatchTest {

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final List<HttpQuestion> asked = new ArrayList<>();

    @BeforeEach
    void connect() {
        socket.pipeline()
                .addLast(new PageDispatch(
                        List.of(
                                new Route.Pages("/a/", question -> page(question, "of a")),
                                new Route.Upgrades("/only/", request -> {
                                    throw new AssertionError("no upgrade");
                                }),
                                new Route.Pages("/a", question -> page(question, "\u00e4\u20ac"))),
                        new AnswerDate(() -> Instant.parse("2026-11-01T12:00:00Z"))));
    }

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
    }

    private HttpReply page(HttpQuestion question, String body) {
        asked.add(question);
        return HttpReply.text(200, "Fine", body);
    }

    @Test
    void firstRouteThatFitsAnswersAndTheConnectionIsClosed() {
        asks("GET", "/a/b?c");

        assertThat(socket.writtenText())
                .isEqualTo("HTTP/1.1 200 Fine\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        + "Date: Sun, 01 Nov 2026 12:00:00 GMT\r\nContent-Length: 4\r\n"
                        + "Connection: close\r\n\r\nof a");
        assertThat(socket.isOpen()).isFalse();
        assertThat(asked).singleElement().satisfies(question -> {
            assertThat(question.method()).isEqualTo("GET");
            assertThat(question.target()).isEqualTo("/a/b?c");
            assertThat(question.remoteAddress()).isEqualTo(socket.remoteAddress());
            assertThat(question.headers().lines()).containsExactly(new Header("hOst", "relay.test"));
        });
    }

    @Test
    void lengthIsCountedInBytes() {
        asks("GET", "/a?b");

        byte[] reply = socket.written();
        assertThat(new String(reply, StandardCharsets.UTF_8))
                .contains("Content-Length: 5\r\n")
                .endsWith("\r\n\r\n\u00e4\u20ac");
    }

    @Test
    void headIsAnsweredWithoutTheBodyAndWithItsLength() {
        asks("HEAD", "/a");

        assertThat(socket.writtenText()).contains("Content-Length: 5\r\n").endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/b", "/only/x", "/only/", "/"})
    void pathWithoutARouteIsUnknownAlsoWhereUpgradesHaveOne(String path) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> asks("GET", path))
                .satisfies(refused -> assertThat(refused.answer().refusal()).isEqualTo(Refusal.PAGE_UNKNOWN));
    }

    @Test
    void queryTakesNoPartInTheChoiceOfARoute() {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> asks("GET", "/?/a/"));
    }

    @Test
    void answerWaitsForTheEndOfTheRequestWhoseBodyIsReleased() {
        ByteBuf part = Unpooled.copiedBuffer("part", StandardCharsets.US_ASCII);
        ByteBuf end = Unpooled.copiedBuffer("end", StandardCharsets.US_ASCII);

        socket.writeInbound(head("POST", "/a"), new DefaultHttpContent(part));
        assertThat(asked).isEmpty();
        socket.writeInbound(new DefaultLastHttpContent(end));

        assertThat(asked).hasSize(1);
        assertThat(part.refCnt()).isZero();
        assertThat(end.refCnt()).isZero();
    }

    @Test
    void endOfARequestThatWasRefusedAsksNobody() {
        socket.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(asked).isEmpty();
        assertThat(socket.written()).isEmpty();
    }

    @Test
    void peerThatAsksAgainWithoutReadingGetsOneAnswer() {
        socket.isNotRead();

        for (int i = 0; i < 10; i++) {
            asks("GET", "/a/");
        }
        assertThat(asked).hasSize(1);

        socket.isReadAgain();
        assertThat(socket.writtenText()).containsOnlyOnce("HTTP/1.1");
        assertThat(socket.isOpen()).isFalse();
    }

    private void asks(String method, String target) {
        socket.writeInbound(head(method, target), LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static DefaultHttpRequest head(String method, String target) {
        DefaultHttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target);
        head.headers().set("hOst", "relay.test");
        return head;
    }
}
