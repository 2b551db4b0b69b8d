// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.edge.tls.Certificates;
import dev.fairlead.server.edge.tls.IssuedFiles;
import dev.fairlead.server.edge.tls.KeyFiles;
import dev.fairlead.server.edge.tls.TlsConfig;
import dev.fairlead.server.edge.websocket.EdgeLoop;
import dev.fairlead.server.settings.ByteSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of handlers on a port that speaks TLS, before and after each way out of HTTP; and frames that come sealed. */
@ParameterizedClass
@ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
class SecurePortTest {

    private static final String UPGRADE = "Host: relay.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    @TempDir
    Path folder;

    @Parameter
    String version;

    private final LimitsConfig limits =
            new LimitsConfig(Duration.ofSeconds(10), ByteSize.ofKiB(1), null, null, List.of());
    private final ConnectionEvents events = new ConnectionEvents();
    private final List<EmbeddedSocket> sockets = new ArrayList<>();
    private final Map<EventLoop, EdgeLoop> loops = new HashMap<>();
    private final List<UpgradeRequest> requests = new ArrayList<>();
    private final List<CompletableFuture<UpgradeAnswer>> answers = new ArrayList<>();
    private Certificates certificates;

    @BeforeEach
    void readCertificates() throws Exception {
        KeyFiles files = new IssuedFiles(folder).ecdsa("server", "relay.test");
        certificates = Certificates.read(
                TlsConfig.of(files.certificateChain(), files.privateKey()),
                "port",
                limits.handshakeTimeout(),
                ConnectionObserver.NONE,
                InstantSource.system());
    }

    @AfterEach
    void everyBufferIsReleased() {
        sockets.forEach(EmbeddedSocket::finishAndReleaseAll);
        certificates.close();
        loops.values().forEach(EdgeLoop::close);
    }

    private EmbeddedSocket connects() {
        EmbeddedSocket socket = new EmbeddedSocket();
        sockets.add(socket);
        loops.put(
                socket.eventLoop(),
                EdgeLoop.of(socket.eventLoop(), new UnpooledByteBufAllocator(true), Duration.ofSeconds(30)));
        new Pipelines(limits, loops::get, null, events)
                .secure(
                        socket,
                        certificates,
                        List.of(
                                new Route.Upgrades("/ws", request -> {
                                    requests.add(request);
                                    answers.add(new CompletableFuture<>());
                                    return answers.getLast();
                                }),
                                new Route.Pages("/page", question -> HttpReply.text(200, "OK", "page"))));
        return socket;
    }

    private TlsClient client(EmbeddedSocket socket) {
        return new TlsClient(socket, version).shakesHands();
    }

    private static TlsClient says(TlsClient client, String text) {
        return client.sends(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String hears(TlsClient client) {
        return new String(client.hears(), StandardCharsets.ISO_8859_1);
    }

    private void answers(int request, UpgradeAnswer answer) {
        answers.get(request).complete(answer);
        for (int i = 0; i < 3; i++) {
            sockets.forEach(EmbeddedSocket::runPendingTasks);
        }
    }

    /** What stands between the wire and the frames. */
    private List<String> staying() {
        return List.of("tls-pause", "tls", "tls-failures", "frames");
    }

    /** The pair of a sender and a listener, both over TLS, the sender's handshake being the first. */
    private record Joined(EmbeddedSocket sender, TlsClient senders, EmbeddedSocket listener, TlsClient listeners) {}

    private Joined join(byte[]... early) {
        EmbeddedSocket sender = connects();
        EmbeddedSocket listener = connects();
        TlsClient senders = says(client(sender), "GET /ws/sender HTTP/1.1\r\n" + UPGRADE);
        TlsClient listeners = says(client(listener), "GET /ws/listener HTTP/1.1\r\n" + UPGRADE);
        for (byte[] frame : early) {
            senders.sends(frame);
        }
        answers(0, new UpgradeAnswer.Joining(List.of(), requests.get(1).peer(), false));
        answers(1, new UpgradeAnswer.Joining(List.of(), requests.get(0).peer(), false));
        assertThat(hears(senders)).startsWith("HTTP/1.1 101 ");
        return new Joined(sender, senders, listener, listeners);
    }

    @Test
    void portWaitsForAHandshake() {
        EmbeddedSocket socket = connects();

        assertThat(socket.handlers())
                .containsExactly(
                        "tls-pause",
                        "plain-speech",
                        "tls",
                        "tls-failures",
                        "http",
                        "request-deadline",
                        "request-form",
                        "upgrades",
                        "exchanges",
                        "pages",
                        "refusals");
    }

    @Test
    void pageIsAnsweredWhole() {
        EmbeddedSocket socket = connects();

        TlsClient client = says(client(socket), "GET /page HTTP/1.1\r\nHost: relay.test\r\n\r\n");

        assertThat(hears(client)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("page");
        assertThat(client.heardTheEnd()).isTrue();
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void refusalIsAnsweredWholeAndWithTheEndOfTls() {
        EmbeddedSocket socket = connects();

        TlsClient client = says(client(socket), "GET /page HTTP/1.0\r\n\r\n");

        assertThat(hears(client)).startsWith("HTTP/1.1 400 ").endsWith("}");
        assertThat(client.heardTheEnd()).isTrue();
    }

    @Test
    void plainHttpIsAnsweredInPlain() {
        EmbeddedSocket socket = connects();

        socket.receives("GET /page HTTP/1.1\r\nHost: relay.test\r\n\r\n");

        assertThat(socket.writtenText()).startsWith("HTTP/1.1 400 This port speaks TLS\r\n");
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("refused TLS_EXPECTED");
    }

    @Test
    void handshakeThatIsNotBegunEndsTheConnectionAtItsDeadline() {
        EmbeddedSocket socket = connects();

        socket.passes(limits.handshakeTimeout());

        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).contains("handshakeFailed");
    }

    @Test
    void conversationLeavesNothingOfHttpAndAllOfTls() {
        EmbeddedSocket socket = connects();
        TlsClient client = says(client(socket), "GET /ws HTTP/1.1\r\n" + UPGRADE);

        answers(0, new UpgradeAnswer.Conversing(List.of(), 100, new Silent()));

        client.sends(frame("hello"));
        assertThat(hears(client)).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
        assertThat(socket.handlers()).isEqualTo(staying());
    }

    @Test
    void joinedSocketsLeaveNothingOfHttpAndAllOfTls() {
        Joined pair = join(frame("early"));
        pair.senders().sends(frame("first"));
        pair.listeners().sends(frame("back"));

        assertThat(pair.sender().handlers()).isEqualTo(staying());
        assertThat(pair.listener().handlers()).isEqualTo(staying());
        assertThat(pair.listener().eventLoop()).isSameAs(pair.sender().eventLoop());
        assertThat(hears(pair.listeners()))
                .startsWith("HTTP/1.1 101 ")
                .endsWith(serverFrame("early") + serverFrame("first"));
        assertThat(hears(pair.senders())).isEqualTo(serverFrame("back"));
        assertThat(events.heard()).containsExactly("joined");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 29, 100, 1000, 16_384, 65_536, 100_000})
    void framesArriveHoweverTheirRecordsAreCut(int piece) {
        Joined pair = join();
        hears(pair.listeners());
        byte[] message = new byte[piece < 29 ? 2_000 : 200_001];
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) (i * 7 + i / 251);
        }
        byte[] frame = FrameWriter.clientFrame(0x82, message, 0, message.length, 0x5A17_C3E9);
        byte[] records = pair.senders().seals(frame);

        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        List<ByteBuf> read = new ArrayList<>();
        for (int at = 0; at < records.length; at += piece) {
            byte[] part = Arrays.copyOfRange(records, at, Math.min(records.length, at + piece));
            ByteBuf bytes = pair.sender().alloc().buffer(part.length).writeBytes(part);
            read.add(bytes);
            pair.sender().writeInbound(bytes);
            heard.writeBytes(pair.listeners().hears());
        }

        assertThat(payload(heard.toByteArray())).isEqualTo(message);
        assertThat(read).allSatisfy(bytes -> assertThat(bytes.refCnt()).isZero());
    }

    /** TLS asks for the rest of a record by itself, which a paused socket must not get. */
    @Test
    void pausedSocketStaysPausedInTheMiddleOfARecord() {
        Joined pair = join();
        hears(pair.listeners());
        pair.listener().isNotRead();
        pair.senders().sends(frame("y".repeat(100)));
        byte[] record = pair.senders().seals(frame("x".repeat(10_000)));

        pair.sender().receives(Arrays.copyOf(record, record.length / 2));
        assertThat(pair.sender().config().isAutoRead()).isFalse();
        pair.sender().read();
        assertThat(pair.listeners().hears()).isEmpty();

        pair.listener().isReadAgain();
        pair.listener().runPendingTasks();
        pair.sender().runPendingTasks();
        assertThat(pair.sender().config().isAutoRead()).isTrue();
        pair.sender().receives(Arrays.copyOfRange(record, record.length / 2, record.length));
        assertThat(new String(payload(pair.listeners().hears()), StandardCharsets.ISO_8859_1))
                .isEqualTo("y".repeat(100) + "x".repeat(10_000));
    }

    @Test
    void socketThatIsLostWithinARecordLeavesNoBuffer() {
        Joined pair = join();
        byte[] record = pair.senders().seals(frame("x".repeat(10_000)));
        ByteBuf half = pair.sender().alloc().buffer().writeBytes(record, 0, record.length / 2);

        pair.sender().writeInbound(half);
        pair.sender().close();

        assertThat(half.refCnt()).isZero();
        assertThat(pair.listener().isOpen()).isFalse();
    }

    /** The one that ends TLS has said its last word, and a WebSocket that is not closed has no half. */
    @Test
    void peerThatEndsTlsAndKeepsItsSocketHasHungUp() {
        Joined pair = join();

        pair.senders().ends();

        assertThat(pair.sender().isOpen()).isFalse();
        assertThat(pair.listener().isOpen()).isFalse();
        assertThat(pair.senders().heardTheEnd()).isTrue();
    }

    @Test
    void peerThatEndsTlsBehindItsWordsIsHeard() {
        Joined pair = join();
        hears(pair.listeners());

        pair.senders().sends(frame("last words")).ends();

        assertThat(hears(pair.listeners())).isEqualTo(serverFrame("last words"));
        assertThat(pair.listener().isOpen()).isFalse();
    }

    private static byte[] frame(String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        return FrameWriter.clientFrame(0x81, payload, 0, payload.length, 0x5A17_C3E9);
    }

    private static String serverFrame(String text) {
        return new String(
                FrameWriter.serverFrame(0x81, text.getBytes(StandardCharsets.US_ASCII)), StandardCharsets.ISO_8859_1);
    }

    /** {@return what the server's frames carry, without their heads} */
    private static byte[] payload(byte[] frames) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int at = 0; at < frames.length; ) {
            int length = frames[at + 1] & 0x7F;
            at += 2;
            int more = length == 126 ? 2 : length == 127 ? 8 : 0;
            if (more > 0) {
                length = 0;
                for (int i = 0; i < more; i++) {
                    length = (length << 8) | (frames[at++] & 0xFF);
                }
            }
            payload.write(frames, at, length);
            at += length;
        }
        return payload.toByteArray();
    }

    private static final class Silent implements Conversation {

        @Override
        public void onOpen() {}

        @Override
        public void onText(String text) {}

        @Override
        public void onBinary(byte[] message) {}

        @Override
        public void onClose(CloseStatus status) {}
    }
}
