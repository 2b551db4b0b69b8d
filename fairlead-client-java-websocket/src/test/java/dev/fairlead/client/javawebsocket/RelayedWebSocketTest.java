// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.enums.ReadyState;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.PongFrame;
import org.java_websocket.framing.TextFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayedWebSocketTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final FakeLine line = new FakeLine();
    private final RecordingServer server = new RecordingServer();
    private RelayedWebSocket socket;

    @BeforeEach
    void prepare() {
        socket = asks(Map.of());
    }

    @AfterEach
    void end() {
        line.goesOn();
        if (socket.isOpen() || socket.isClosing()) {
            socket.closeConnection(CloseFrame.NORMAL, "");
        }
    }

    private RelayedWebSocket asks(Map<String, String> headers) {
        return new RelayedWebSocket(
                server,
                OpeningHandshake.request("/room?token=s3cret", headers),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 51_000),
                new ConnectionThreads("writer"));
    }

    private void opens() {
        assertThat(socket.greet(List.of())).isInstanceOf(OpeningHandshake.Answer.Accepted.class);
        socket.opened(line);
        server.tells("open");
    }

    @Test
    void socketWaitsForItsHandshake() {
        assertThat(socket.getReadyState()).isEqualTo(ReadyState.NOT_YET_CONNECTED);
        assertThat(socket.getDraft()).isNull();
        assertThat(socket.getProtocol()).isNull();
        assertThatThrownBy(() -> socket.send("early")).isInstanceOf(WebsocketNotConnectedException.class);

        opens();

        assertThat(socket.getReadyState()).isEqualTo(ReadyState.OPEN);
        assertThat(socket.getDraft()).isInstanceOf(Draft_6455.class);
    }

    @Test
    void extensionIsNotOfferedToTheDraft() {
        socket = asks(Map.of("sec-websocket-extensions", "permessage-deflate"));

        socket.greet(List.of(new Draft_6455(new PerMessageDeflateExtension())));

        Draft_6455 draft = (Draft_6455) socket.getDraft();
        assertThat(draft.getExtension()).isNotInstanceOf(PerMessageDeflateExtension.class);
    }

    @Test
    void subprotocolMayComeFromTheHook() {
        server.subprotocol = "chat.v1";

        OpeningHandshake.Answer answer = socket.greet(List.of());

        assertThat(((OpeningHandshake.Answer.Accepted) answer).subprotocol()).isEqualTo("chat.v1");
    }

    @Test
    void senderWhoseSocketTheHookClosesIsRefused() {
        server.onHandshake = () -> socket.close();

        OpeningHandshake.Answer answer = socket.greet(List.of());

        assertThat(((OpeningHandshake.Answer.Refused) answer).status()).isEqualTo(404);
        assertThat(socket.isClosed()).isTrue();
        server.tells("closing -1 ");
    }

    @Test
    void socketThatIsClosedBeforeItStandsIsNeverOpen() throws Exception {
        socket.greet(List.of());
        socket.close();

        socket.opened(line);
        socket.lost(null);

        line.hears("abort");
        assertThat(socket.isClosed()).isTrue();
        server.tellsNothingMore();
    }

    @Test
    void errorOfACallbackEndsItsConnectionAndTellsThePeerNothing() throws Exception {
        opens();
        server.onText = () -> {
            throw new StackOverflowError("s3cret");
        };

        socket.heard("go");

        line.hears("close 1011 ");
        server.tells("error java.lang.StackOverflowError: s3cret", "initiated 1011 ", "closing 1011 ");
    }

    @Test
    void nothingIsHeardBehindTheLastWordOfThisSide() {
        opens();
        socket.close(4000, "enough");
        server.tells("initiated 4000 enough", "closing 4000 enough");

        socket.heard("late");
        socket.heard(new byte[1]);
        socket.closedByPeer(new CloseStatus(4001, "me too"));

        server.tells("close 4000 enough false");
        server.tellsNothingMore();
    }

    @Test
    void lossAfterTheLastWordOfThisSideIsItsEnd() throws Exception {
        opens();
        socket.close(4000, "enough");
        line.hears("close 4000 enough");

        socket.lost(null);

        server.tells("initiated 4000 enough", "closing 4000 enough", "close 4000 enough false");
    }

    @Test
    void ruleThatThePeerBreaksIsAnErrorAndAClose() {
        opens();

        socket.lost(new ProtocolViolation(CloseStatus.INVALID_DATA, "a text is not UTF-8"));

        server.tells(
                "error org.java_websocket.exceptions.InvalidDataException: a text is not UTF-8",
                "closing 1007 a text is not UTF-8",
                "close 1007 a text is not UTF-8 false");
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void messageThatIsTooLongIsACloseAndNoError() {
        opens();

        socket.lost(new ProtocolViolation(CloseStatus.TOO_BIG, "too long"));

        server.tells("closing 1009 too long", "close 1009 too long false");
    }

    @Test
    void reasonIsCutToWhatACloseCarries() throws Exception {
        opens();

        socket.close(1000, "ä".repeat(100));

        line.hears("close 1000 " + "ä".repeat(61));
    }

    @Test
    void peersCloseIsAnsweredBehindWhatIsQueued() throws Exception {
        opens();
        line.stops();
        socket.send("a");
        line.isBlocked();

        CompletableFuture<Void> closing =
                CompletableFuture.runAsync(() -> socket.closedByPeer(new CloseStatus(1000, "bye")));
        server.tells("closing 1000 bye");
        assertThat(socket.isClosed()).isFalse();
        line.goesOn();
        closing.get(FakeLine.PATIENCE_SECONDS, TimeUnit.SECONDS);

        line.hears("text a", "close 1000 bye");
        server.tells("close 1000 bye true");
    }

    @Test
    void lineThatIsHeardOfIsAskedAgain() throws Exception {
        opens();

        socket.checkLine(LONG);
        socket.heardPong(new byte[0]);

        line.hears("ping ");
        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void silentLineIsLost() throws Exception {
        opens();

        socket.checkLine(Duration.ZERO);
        socket.lost(null);

        line.hears("abort");
        server.tells("close 1006 The line to the relay was silent for too long false");
    }

    @Test
    void callbackThatTakesItsTimeIsNoSilence() throws Exception {
        opens();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        server.onText = () -> {
            busy.countDown();
            try {
                assertThat(over.await(FakeLine.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };

        CompletableFuture<Void> calling = CompletableFuture.runAsync(() -> socket.heard("take your time"));
        busy.await();
        socket.checkLine(Duration.ZERO);
        boolean open = socket.isOpen();
        over.countDown();
        calling.get(FakeLine.PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertThat(open).isTrue();
    }

    @Test
    void lineThatTakesNothingIsLostWhateverComesFromIt() throws Exception {
        opens();
        line.stops();
        socket.send("a");
        line.isBlocked();

        CompletableFuture<Void> calling = CompletableFuture.runAsync(() -> {
            server.onText = () -> socket.checkLine(Duration.ZERO);
            socket.heard("I talk and do not listen");
        });
        calling.get(FakeLine.PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void bufferThatWasSentIsTheCallersAgain() throws Exception {
        opens();
        line.stops();
        ByteBuffer mine = ByteBuffer.wrap(new byte[] {'a', 'b'});

        socket.send(mine);
        mine.put(0, (byte) 'x');
        line.goesOn();

        line.hears("binary ab");
        assertThat(mine.remaining()).isEqualTo(2);
    }

    @Test
    void framesThatCannotPassTheRelayAreRefusedOrDropped() throws Exception {
        opens();
        TextFrame compressed = new TextFrame();
        compressed.setRSV1(true);

        assertThatThrownBy(() -> socket.sendFrame(compressed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("extension");
        assertThatThrownBy(() -> socket.sendFragmentedFrame(Opcode.PING, ByteBuffer.allocate(0), true))
                .isInstanceOf(IllegalArgumentException.class);
        socket.sendFrame(new PongFrame());
        socket.send("a");

        line.hears("text a");
    }

    @Test
    void closeFrameClosesAsTheMethodDoes() throws Exception {
        opens();
        CloseFrame frame = new CloseFrame();
        frame.setReason("by hand");
        frame.setCode(4004);

        socket.sendFrame(frame);

        line.hears("close 4004 by hand");
        assertThat(socket.isClosing()).isTrue();
    }

    @Test
    void thereIsNoSessionOfTls() {
        opens();

        assertThat(socket.hasSSLSupport()).isFalse();
        assertThatThrownBy(socket::getSSLSession).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textOfASocketHidesItsQuery() {
        assertThat(socket.toString()).contains("51000").doesNotContain("s3cret");
    }
}
