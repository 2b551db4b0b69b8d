// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.edge.websocket.EdgeLoop;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Network;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of handlers, before and after each way out of HTTP; and that what is no HTTP comes to nothing. */
class PipelinesTest {

    private static final String UPGRADE = "Host: relay.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private final LimitsConfig limits =
            new LimitsConfig(Duration.ofSeconds(10), ByteSize.ofKiB(1), null, null, List.of());
    private final ConnectionEvents events = new ConnectionEvents();
    private final List<EmbeddedSocket> sockets = new ArrayList<>();
    private final Map<EventLoop, EdgeLoop> loops = new HashMap<>();
    private final List<UpgradeRequest> requests = new ArrayList<>();
    private final List<CompletableFuture<UpgradeAnswer>> answers = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void everyBufferIsReleased() {
        sockets.forEach(EmbeddedSocket::finishAndReleaseAll);
        loops.values().forEach(EdgeLoop::close);
    }

    @Test
    void portWaitsForARequestWithinADeadline() {
        EmbeddedSocket socket = connects();

        assertThat(socket.handlers())
                .containsExactly(
                        "http", "request-deadline", "request-form", "upgrades", "exchanges", "pages", "refusals");

        socket.passes(limits.handshakeTimeout());
        assertThat(socket.writtenText()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void proxyHeaderIsReadBeforeAllElseAndNobodyIsAdmittedBeforeTheFormOfTheirRequestIsChecked() {
        EmbeddedSocket socket = new EmbeddedSocket();
        sockets.add(socket);
        LimitsConfig trusting = new LimitsConfig(
                limits.handshakeTimeout(), limits.maxHeaderSize(), 1, 1, List.of(Network.parse("192.0.2.0/24")));

        new Pipelines(trusting, loops::get, null, events)
                .peers(socket, new ListenAddress(new InetSocketAddress(0), null, true), null, List.of());

        assertThat(socket.handlers())
                .containsExactly(
                        "proxy-decoder",
                        "proxy-header",
                        "http",
                        "request-deadline",
                        "request-form",
                        "admission",
                        "upgrades",
                        "exchanges",
                        "pages",
                        "refusals");

        socket.passes(limits.handshakeTimeout());
        assertThat(socket.written()).isEmpty();
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void deadlineLeavesWithTheRequest() {
        EmbeddedSocket socket = connects();

        socket.receives("GET /page HTTP/1.1\r\nHost: relay.test\r\n\r\n");

        assertThat(socket.writtenText()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("page");
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /page HTTP/1.1\r\nHost: h\r\n\r\n", "no request\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"})
    void whatStandsBehindAnAnsweredRequestIsNeitherAnsweredNorRefused(String behind) {
        EmbeddedSocket socket = connects();
        socket.isNotRead();

        socket.receives("GET /page HTTP/1.1\r\nHost: relay.test\r\n\r\n" + behind);
        socket.isReadAgain();

        assertThat(socket.writtenText()).containsOnlyOnce("HTTP/1.1 ").endsWith("page");
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void exchangeLeavesEverythingInItsPlaceForTheNextRequest() {
        EmbeddedSocket socket = connects();

        socket.receives("GET /exchange HTTP/1.1\r\nHost: relay.test\r\n\r\n");

        assertThat(socket.writtenText()).startsWith("HTTP/1.1 404 ").doesNotContain("Connection: close");
        assertThat(socket.handlers())
                .containsExactly(
                        "http", "request-deadline", "request-form", "upgrades", "exchanges", "pages", "refusals");
    }

    @Test
    void upgradeThatIsNotAnsweredYetIsHeldWithoutHttp() {
        EmbeddedSocket socket = connects();

        socket.receives("GET /ws HTTP/1.1\r\n" + UPGRADE);
        socket.passes(limits.handshakeTimeout());

        assertThat(socket.handlers()).containsExactly("request-form", "early-bytes", "exchanges", "pages", "refusals");
        assertThat(socket.written()).isEmpty();
    }

    @Test
    void conversationLeavesNothingOfHttp() {
        EmbeddedSocket socket = connects();
        socket.receives("GET /ws HTTP/1.1\r\n" + UPGRADE);

        answers(0, new UpgradeAnswer.Conversing(List.of(), 100, new Heard()));

        assertThat(socket.handlers()).containsExactly("frames");
        assertThat(socket.writtenText()).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
        assertThat(heard).containsExactly("open");
    }

    @Test
    void joinedSocketsLeaveNothingOfHttpAndLiveOnTheLoopOfTheOneThatWaitedLonger() {
        EmbeddedSocket sender = connects();
        EmbeddedSocket listener = connects();
        EventLoop home = sender.eventLoop();
        sender.receives("GET /ws/sender HTTP/1.1\r\n" + UPGRADE);
        sender.receives(frame("early"));
        listener.receives("GET /ws/listener HTTP/1.1\r\n" + UPGRADE);

        answers(0, new UpgradeAnswer.Joining(List.of(), requests.get(1).peer(), false));
        assertThat(sender.written()).isEmpty();
        answers(1, new UpgradeAnswer.Joining(List.of(), requests.get(0).peer(), false));

        assertThat(sender.handlers()).containsExactly("frames");
        assertThat(listener.handlers()).containsExactly("frames");
        assertThat(listener.eventLoop()).isSameAs(home);
        assertThat(sender.eventLoop()).isSameAs(home);
        assertThat(sender.writtenText()).startsWith("HTTP/1.1 101 ");
        assertThat(listener.writtenText())
                .startsWith("HTTP/1.1 101 ")
                .endsWith(new String(
                        FrameWriter.serverFrame(0x81, "early".getBytes(StandardCharsets.US_ASCII)),
                        StandardCharsets.ISO_8859_1));
        assertThat(events.heard()).containsExactly("joined");
    }

    @Test
    void socketWhoseOtherIsGoneByThenIsClosedWithoutAWord() {
        EmbeddedSocket sender = connects();
        EmbeddedSocket listener = connects();
        sender.receives("GET /ws/sender HTTP/1.1\r\n" + UPGRADE);
        listener.receives("GET /ws/listener HTTP/1.1\r\n" + UPGRADE);
        sender.close();

        answers(0, new UpgradeAnswer.Joining(List.of(), requests.get(1).peer(), false));
        answers(1, new UpgradeAnswer.Joining(List.of(), requests.get(0).peer(), false));

        assertThat(listener.isOpen()).isFalse();
        assertThat(listener.written()).isEmpty();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void refusalIsAnsweredByTheLastHandler() {
        EmbeddedSocket socket = connects();
        socket.receives("GET /ws HTTP/1.1\r\n" + UPGRADE);

        answers(0, new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, 418, "I am a teapot"));

        assertThat(socket.writtenText()).startsWith("HTTP/1.1 418 I am a teapot\r\n");
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("refused LISTENER_REJECTED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /page HTTP/1.0~Host: h~~ | 400",
                "GET /page~~ | 400",
                "GET /page HTTP/1.1~~ | 400",
                "GET /page HTTP/1.1~Host: h~Host: h~~ | 400",
                "GET /page HTTP/1.1~Host : h~~ | 400",
                "GET /page HTTP/1.1~Host: h~ folded: x~~ | 400",
                "GET /page HTTP/1.1~Host: h~X: a\u0000b~~ | 400",
                "GET /page HTTP/1.1~Host: h~: no name~~ | 400",
                "POST /page HTTP/1.1~Host: h~Content-Length: 1~Content-Length: 2~~x | 400",
                "POST /page HTTP/1.1~Host: h~Content-Length: -1~~ | 400",
                "POST /page HTTP/1.1~Host: h~Content-Length: +1~~x | 400",
                "POST /page HTTP/1.1~Host: h~Content-Length: 1~Transfer-Encoding: chunked~~0~~ | 400",
                "PRI * HTTP/2.0~~SM~~ | 400",
                "SSH-2.0-OpenSSH_9.2~ | 400",
                "~~~~ | 408",
                "GET /unknown HTTP/1.1~Host: h~~ | 404",
                "GET /ws HTTP/1.1~Host: h~Upgrade: websocket~~ | 400",
            })
    void whatIsNoRequestIsAnsweredOnceAndTheConnectionEnds(String wire, int status) {
        EmbeddedSocket socket = connects();

        socket.receives(wire.replace("~", "\r\n"));
        socket.passes(limits.handshakeTimeout());

        assertThat(socket.writtenText())
                .startsWith("HTTP/1.1 " + status + " ")
                .containsOnlyOnce("HTTP/1.1 ")
                .contains("\r\nConnection: close\r\n");
        assertThat(socket.isOpen()).isFalse();
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET /PAD HTTP/1.1~Host: h~~", "GET /page HTTP/1.1~Host: h~X: PAD~~"})
    void headThatIsLongerThanTheLimitIsRefusedBeforeItsEnd(String wire) {
        EmbeddedSocket socket = connects();

        socket.receives(wire.replace("~", "\r\n").replace("PAD", "x".repeat(2000)));

        assertThat(socket.writtenText()).startsWith("HTTP/1.1 431 ").containsOnlyOnce("HTTP/1.1 ");
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("refused HEAD_TOO_LARGE");
    }

    @Test
    void headIsAnsweredForItsFirstFaultThoughAFoldedLineFollowsInTheSamePiece() {
        EmbeddedSocket socket = connects();

        socket.receives("GET /page HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(2000) + "\r\n folded\r\n\r\n");

        assertThat(socket.writtenText()).startsWith("HTTP/1.1 431 ").containsOnlyOnce("HTTP/1.1 ");
        assertThat(events.heard()).containsExactly("refused HEAD_TOO_LARGE");
    }

    private EmbeddedSocket connects() {
        EmbeddedSocket socket = new EmbeddedSocket();
        sockets.add(socket);
        loops.put(
                socket.eventLoop(),
                EdgeLoop.of(socket.eventLoop(), new UnpooledByteBufAllocator(true), Duration.ofSeconds(30)));
        new Pipelines(limits, loops::get, null, events)
                .plain(
                        socket,
                        List.of(
                                new Route.Upgrades("/ws", request -> {
                                    requests.add(request);
                                    answers.add(new CompletableFuture<>());
                                    return answers.getLast();
                                }),
                                new Route.Exchanges("/exchange", exchange -> {
                                    throw new RefusedException(Refusal.ENTITY_UNKNOWN, "exchange");
                                }),
                                new Route.Pages("/page", question -> HttpReply.text(200, "OK", "page"))));
        return socket;
    }

    private void answers(int request, UpgradeAnswer answer) {
        answers.get(request).complete(answer);
        for (int i = 0; i < 3; i++) {
            sockets.forEach(EmbeddedSocket::runPendingTasks);
        }
    }

    private static byte[] frame(String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        return FrameWriter.clientFrame(0x81, payload, 0, payload.length, 0x5A17_C3E9);
    }

    private final class Heard implements Conversation {

        @Override
        public void onOpen() {
            heard.add("open");
        }

        @Override
        public void onText(String text) {}

        @Override
        public void onBinary(byte[] message) {}

        @Override
        public void onClose(CloseStatus status) {}
    }
}
