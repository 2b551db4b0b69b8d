// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.edge.tls.Certificates;
import dev.fairlead.server.edge.tls.IssuedFiles;
import dev.fairlead.server.edge.tls.KeyFiles;
import dev.fairlead.server.edge.tls.TlsConfig;
import dev.fairlead.server.settings.ByteSize;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What conversations are like over real sockets, plain and over TLS. */
class ConversationSocketsTest {

    private static final int PATIENCE_MS = 10_000;
    private static final int LONGEST_MESSAGE = 1 << 20;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
    private final List<Socket> clients = new ArrayList<>();
    private Edge edge;
    private InetSocketAddress plain;
    private InetSocketAddress secure;
    private SSLContext tls;

    /** Pauses at each message. */
    private final class Hesitating implements Conversation {

        private final Peer peer;

        Hesitating(Peer peer) {
            this.peer = peer;
        }

        @Override
        public void onOpen() {
            peer.onGone(() -> heard.add("gone"));
            peers.add(peer);
        }

        @Override
        public void onText(String text) {
            peer.pause();
            heard.add(text.length() > 100 ? "text of " + text.length() : text);
        }

        @Override
        public void onBinary(byte[] message) {
            heard.add("binary of " + message.length);
        }

        @Override
        public void onClose(CloseStatus status) {
            heard.add("close " + status.code());
        }
    }

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        LimitsConfig limits = new LimitsConfig(Duration.ofSeconds(30), ByteSize.ofKiB(32), null, null, List.of());
        ConversationTerms terms = new ConversationTerms(LONGEST_MESSAGE, 1 << 20, null, true, null, false);
        List<Route> routes = List.of(new Route.Upgrades(
                "/",
                request -> CompletableFuture.completedFuture(
                        new UpgradeAnswer.Conversing(List.of(), terms, new Hesitating(request.peer())))));
        edge = new Edge(limits, Duration.ofSeconds(30), null, ConnectionObserver.NONE);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        plain = edge.open(ListenAddress.plain(any), null, routes);
        KeyFiles files = new IssuedFiles(folder).ecdsa("server", "relay.test");
        TlsConfig config = TlsConfig.of(files.certificateChain(), files.privateKey());
        Certificates certificates = Certificates.read(
                config, "port", Duration.ofSeconds(10), ConnectionObserver.NONE, InstantSource.system());
        secure = edge.open(new ListenAddress(any, config, false), certificates, routes);
        tls = SSLContext.getInstance("TLS");
        tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    }

    @AfterEach
    void close() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        edge.close();
    }

    /** {@return a socket that was answered with 101} */
    private Socket dials(boolean overTls) throws IOException {
        InetSocketAddress port = overTls ? secure : plain;
        Socket socket = overTls
                ? tls.getSocketFactory().createSocket(port.getAddress(), port.getPort())
                : new Socket(port.getAddress(), port.getPort());
        socket.setSoTimeout(PATIENCE_MS);
        clients.add(socket);
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: relay.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head).startsWith("HTTP/1.1 101");
        return socket;
    }

    private static void says(Socket socket, String... texts) throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String text : texts) {
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            wire.writeBytes(FrameWriter.clientFrame(0x81, payload, 0, payload.length, 0x5A17_C3E9));
        }
        socket.getOutputStream().write(wire.toByteArray());
        socket.getOutputStream().flush();
    }

    private String hears() throws InterruptedException {
        return String.valueOf(heard.poll(PATIENCE_MS, TimeUnit.MILLISECONDS));
    }

    private Peer peer() throws InterruptedException {
        Peer peer = peers.poll(PATIENCE_MS, TimeUnit.MILLISECONDS);
        assertThat(peer).isNotNull();
        return peer;
    }

    @Test
    void whatOneSaidWhoLeftMeanwhileIsToldWhenTheConversationGoesOn() throws Exception {
        Socket socket = dials(false);
        Peer peer = peer();
        says(socket, "one", "two", "three");
        assertThat(hears()).isEqualTo("one");
        says(socket, "four", "five");

        socket.close();

        for (String next : List.of("two", "three", "four", "five", "gone")) {
            peer.execute(peer::resume);
            assertThat(hears()).isEqualTo(next);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyLongMessagesArriveInOrderHoweverOftenTheConversationPauses(boolean overTls) throws Exception {
        Socket socket = dials(overTls);
        Peer peer = peer();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 100; i++) {
                    says(socket, "x".repeat(30_000 + i), "short " + i);
                }
            } catch (IOException e) {
                heard.add(e.toString());
            }
        });

        for (int i = 0; i < 100; i++) {
            assertThat(hears()).isEqualTo("text of " + (30_000 + i));
            peer.execute(peer::resume);
            assertThat(hears()).isEqualTo("short " + i);
            peer.execute(peer::resume);
        }
        writer.join();
    }

    @Test
    void resetOfAPausedPeerIsNoticed() throws Exception {
        Socket socket = dials(false);
        says(socket, "one", "two", "three");
        assertThat(hears()).isEqualTo("one");

        socket.setSoLinger(true, 0);
        socket.close();

        assertThat(hears()).isEqualTo("gone");
    }

    @Test
    void oneWhoStillSendsAMessageThatIsTooLongHearsWhyItIsNotTaken() throws Exception {
        Socket socket = dials(false);
        byte[] message = new byte[LONGEST_MESSAGE + 1];
        OutputStream out = socket.getOutputStream();

        out.write(FrameWriter.clientFrame(0x82, message, 0, message.length, 0x5A17_C3E9));
        out.flush();

        CloseStatus tooLong = new CloseStatus(1009, "over size limit (1048577 > 1048576 bytes)");
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(FrameWriter.serverFrame(0x88, tooLong.payload()));
        assertThat(hears()).isEqualTo("close 1009");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneWhoReadsTooSlowlyFindsTheReasonBehindWhatWaited(boolean overTls) throws Exception {
        Socket socket = dials(overTls);
        Peer peer = peer();
        String text = "x".repeat(60_000);
        long sent = 0;
        while (heard.isEmpty()) {
            peer.send(text);
            CompletableFuture<Boolean> turn = new CompletableFuture<>();
            peer.execute(() -> turn.complete(true));
            turn.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            assertThat(++sent).isLessThan(2_000);
        }
        assertThat(hears()).isEqualTo("close 1013");

        InputStream in = socket.getInputStream();
        byte[] all = in.readAllBytes();

        CloseStatus tooSlow = new CloseStatus(1013, "What was sent was not read fast enough");
        byte[] close = FrameWriter.serverFrame(0x88, tooSlow.payload());
        assertThat(all).endsWith(close);
        assertThat(all.length).isGreaterThan(1 << 20);
        assertThat(hears()).isEqualTo("gone");
    }
}
