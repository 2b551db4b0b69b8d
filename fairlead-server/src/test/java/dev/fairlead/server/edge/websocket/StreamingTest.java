// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.MessageStream;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.edge.Edge;
import dev.fairlead.server.edge.LimitsConfig;
import dev.fairlead.server.edge.ListenAddress;
import dev.fairlead.server.edge.tls.Certificates;
import dev.fairlead.server.edge.tls.IssuedFiles;
import dev.fairlead.server.edge.tls.KeyFiles;
import dev.fairlead.server.edge.tls.TlsConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of messages over real sockets, which move to the event loop of another. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class StreamingTest {

    private static final int MIB = 1024 * 1024;
    private static final int KEY = 0x5A17_C3E9;
    private static final Duration WATCH = Duration.ofMillis(200);

    @TempDir
    Path folder;

    @Parameter
    boolean sealed;

    private final Edge edge = new Edge(LimitsConfig.DEFAULT, Duration.ofSeconds(30), null, ConnectionObserver.NONE);
    private final BlockingQueue<Peer> homes = new LinkedBlockingQueue<>();
    private final List<Client> clients = new ArrayList<>();
    private CompletableFuture<UpgradeAnswer> answer = new CompletableFuture<>();
    private final BlockingQueue<Peer> dialled = new LinkedBlockingQueue<>();
    private final Set<String> dialledAt = ConcurrentHashMap.newKeySet();
    private InetSocketAddress port;

    @BeforeEach
    void open() throws Exception {
        port = edge.open(
                ListenAddress.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                sealed ? certificates() : null,
                List.of(
                        new Route.Upgrades("/home", request -> {
                            homes.add(request.peer());
                            return CompletableFuture.completedFuture(
                                    new UpgradeAnswer.Conversing(List.of(), 100, new Silent()));
                        }),
                        new Route.Upgrades("/stream", request -> {
                            dialledAt.add(Thread.currentThread().getName());
                            dialled.add(request.peer());
                            return answer;
                        })));
    }

    private Certificates certificates() throws Exception {
        KeyFiles files = new IssuedFiles(folder).ecdsa("server", "relay.test");
        return Certificates.read(
                TlsConfig.of(files.certificateChain(), files.privateKey()),
                "port",
                Duration.ofSeconds(10),
                ConnectionObserver.NONE,
                InstantSource.system());
    }

    @AfterEach
    void close() throws Exception {
        for (Client client : clients) {
            client.socket.close();
        }
        edge.close();
    }

    private Client dials(String path) throws Exception {
        Client client = new Client(path);
        clients.add(client);
        return client;
    }

    private Peer home() throws Exception {
        dials("/home").isUpgraded();
        return soon(homes);
    }

    /** A stream whose home has a loop of its own, most of the time. */
    private Client streams(Told stream) throws Exception {
        Peer home = home();
        answer = new CompletableFuture<>();
        Client client = dials("/stream");
        stream.peer = soon(dialled);
        answer.complete(new UpgradeAnswer.Streaming(List.of(new Header("Via", "1.1 relay")), 1000, home, stream));
        return client.isUpgraded();
    }

    private static <T> T soon(BlockingQueue<T> queue) throws Exception {
        T next = queue.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("what was to happen").isNotNull();
        return next;
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    @Test
    void streamLivesOnTheLoopOfItsHome() throws Exception {
        Set<String> homesAt = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            Peer home = home();
            CompletableFuture<String> at = new CompletableFuture<>();
            home.execute(() -> at.complete(Thread.currentThread().getName()));
            Told stream = new Told();
            answer = CompletableFuture.completedFuture(new UpgradeAnswer.Streaming(List.of(), 1000, home, stream));

            Client client = dials("/stream").isUpgraded();
            stream.peer = soon(dialled);
            client.sends(0x81, "hello".getBytes(StandardCharsets.UTF_8));

            assertThat(soon(stream.heard)).isEqualTo("open " + soon(at));
            assertThat(soon(stream.heard)).isEqualTo("text hello " + soon(at));
            homesAt.add(soon(at));
        }
        if (Runtime.getRuntime().availableProcessors() > 1) {
            assertThat(dialledAt).as("some have moved").isNotEqualTo(homesAt);
        }
    }

    @Test
    void whatIsSentBeforeTheAnswerArrivesFirst() throws Exception {
        Told stream = new Told();
        Peer home = home();
        Client client = dials("/stream");
        stream.peer = soon(dialled);
        client.sends(0x81, "early".getBytes(StandardCharsets.UTF_8));
        answer.complete(new UpgradeAnswer.Streaming(List.of(), 1000, home, stream));
        client.isUpgraded().sends(0x81, "late".getBytes(StandardCharsets.UTF_8));

        assertThat(soon(stream.heard)).startsWith("open");
        assertThat(soon(stream.heard)).startsWith("text early");
        assertThat(soon(stream.heard)).startsWith("text late");
    }

    @Test
    void streamWhoseHomeIsGoneIsAnsweredAllTheSame() throws Exception {
        Peer home = home();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        home.onGone(() -> gone.complete(null));
        clients.getFirst().socket.close();
        soon(gone);
        Told stream = new Told();
        answer = CompletableFuture.completedFuture(new UpgradeAnswer.Streaming(List.of(), 1000, home, stream));

        Client client = dials("/stream");

        client.isUpgraded().sends(0x81, "here".getBytes(StandardCharsets.UTF_8));
        assertThat(soon(stream.heard)).startsWith("open");
        assertThat(soon(stream.heard)).startsWith("text here");
    }

    @Test
    void streamWhosePeerIsGoneIsLost() throws Exception {
        Peer home = home();
        Told stream = new Told();
        Client client = dials("/stream");
        Peer peer = soon(dialled);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        peer.onGone(() -> gone.complete(null));
        client.socket.close();
        soon(gone);
        CompletableFuture<String> at = new CompletableFuture<>();
        home.execute(() -> at.complete(Thread.currentThread().getName()));

        answer.complete(new UpgradeAnswer.Streaming(List.of(), 1000, home, stream));

        assertThat(soon(stream.heard)).isEqualTo("lost " + soon(at));
        assertThat(stream.heard).isEmpty();
    }

    /** The peer's bytes come back through one read of each side, however its frames are cut. */
    @Test
    void whatPassesBothWaysArrives() throws Exception {
        Told echo = new Told() {
            @Override
            public void onBinary(ByteBuf part, boolean last) {
                peer.write(part, last);
            }

            @Override
            public void onRead() {
                if (!peer.flush()) {
                    peer.pause();
                }
            }

            @Override
            public void onDrained() {
                peer.resume();
            }
        };
        Client client = streams(echo);
        int size = 16 * MIB;
        CRC32 sent = new CRC32();
        CompletableFuture<Void> sending = client.meanwhile(() -> {
            Random random = new Random(7);
            int first = Opcode.BINARY;
            for (int left = size; left > 0; ) {
                byte[] payload = new byte[Math.min(left, 1 + random.nextInt(random.nextBoolean() ? 1000 : 200_000))];
                random.nextBytes(payload);
                left -= payload.length;
                sent.update(payload);
                client.sends(left == 0 ? FrameWriter.FINAL | first : first, payload);
                first = Opcode.CONTINUATION;
            }
        });

        CRC32 heard = new CRC32();
        int count = 0;
        Frame frame;
        do {
            frame = client.hears();
            heard.update(frame.payload());
            count += frame.payload().length;
        } while (!frame.last());

        soon(sending);
        assertThat(count).isEqualTo(size);
        assertThat(heard.getValue()).isEqualTo(sent.getValue());
    }

    /** Nothing but one part waits for a reader that stands still, and all arrives when it reads. */
    @Test
    void readerThatStandsStillCostsOnePartAndGetsAll() throws Exception {
        int size = 64 * MIB;
        byte[] bytes = new byte[64 * 1024];
        new Random(3).nextBytes(bytes);
        CompletableFuture<Long> still = new CompletableFuture<>();
        Told source = new Told() {
            private int written;

            @Override
            public void onOpen() {
                onDrained();
            }

            @Override
            public void onDrained() {
                boolean left = true;
                while (left && written < size) {
                    written += bytes.length;
                    peer.write(Unpooled.directBuffer(bytes.length).writeBytes(bytes), written == size);
                    left = peer.flush();
                }
                if (!left) {
                    still.complete(peer.unsentBytes());
                } else {
                    peer.close(new CloseStatus(1000, "all"));
                }
            }
        };
        Client client = streams(source);

        assertThat(soon(still)).isBetween(1L, 2L * bytes.length);

        CRC32 heard = new CRC32();
        CRC32 sent = new CRC32();
        int count = 0;
        for (Frame frame = client.hears(); frame.opcode() != Opcode.CLOSE; frame = client.hears()) {
            heard.update(frame.payload());
            count += frame.payload().length;
        }
        for (int i = 0; i < size; i += bytes.length) {
            sent.update(bytes);
        }
        assertThat(count).isEqualTo(size);
        assertThat(heard.getValue()).isEqualTo(sent.getValue());
        client.sends(0x88, new CloseStatus(1000, "all").payload());
        assertThat(soon(source.heard)).startsWith("close 1000 true");
        assertThat(client.in.read()).isEqualTo(-1);
    }

    /** What a paused peer sends stays with the kernel. */
    @Test
    void peerThatIsNotReadSendsNoMoreThanOneRead() throws Exception {
        int size = 64 * MIB;
        CompletableFuture<Integer> whilePaused = new CompletableFuture<>();
        CompletableFuture<Integer> all = new CompletableFuture<>();
        Told sink = new Told() {
            private int count;
            private boolean paused;

            @Override
            public void onBinary(ByteBuf part, boolean last) {
                count += part.readableBytes();
                part.release();
                if (last) {
                    all.complete(count);
                }
            }

            @Override
            public void onRead() {
                if (!paused) {
                    paused = true;
                    peer.pause();
                    peer.schedule(WATCH, () -> {
                        whilePaused.complete(count);
                        peer.resume();
                    });
                }
            }
        };
        Client client = streams(sink);
        byte[] payload = new byte[64 * 1024];
        CompletableFuture<Void> sending = client.meanwhile(() -> {
            for (int left = size; left > 0; left -= payload.length) {
                int opcode = left == size ? Opcode.BINARY : Opcode.CONTINUATION;
                client.sends(left == payload.length ? FrameWriter.FINAL | opcode : opcode, payload);
            }
        });

        assertThat(soon(whilePaused)).isLessThan(MIB / 2);
        assertThat(soon(all)).isEqualTo(size);
        soon(sending);
    }

    @Test
    void peerThatHungUpWhileItWasNotReadIsReadToItsEnd() throws Exception {
        CompletableFuture<String> whilePaused = new CompletableFuture<>();
        Told sink = new Told() {
            @Override
            public void onOpen() {
                peer.pause();
            }
        };
        Client client = streams(sink);
        for (int i = 0; i < 10; i++) {
            client.sends(0x82, new byte[10_000]);
        }
        client.meanwhile(client.socket::close); // which waits for an answer, over TLS

        sink.peer.schedule(WATCH, () -> {
            whilePaused.complete(sink.heard + "");
            sink.peer.resume();
        });

        assertThat(soon(whilePaused)).isEqualTo("[]");
        int count = 0;
        String next = soon(sink.heard);
        while (!next.startsWith("lost")) {
            if (next.startsWith("binary")) {
                count += Integer.parseInt(next.split(" ", 3)[1]);
            }
            next = soon(sink.heard);
        }
        assertThat(count).isEqualTo(100_000);
    }

    @Test
    void closeWithinAMessageIsReturnedAndToldAtOnce() throws Exception {
        Told stream = new Told();
        Client client = streams(stream);
        assertThat(soon(stream.heard)).startsWith("open");

        client.sends(0x02, "begun".getBytes(StandardCharsets.UTF_8));
        client.sends(0x88, new CloseStatus(1000, "").payload());

        assertThat(client.hears().opcode()).isEqualTo(Opcode.CLOSE);
        assertThat(client.in.read()).isEqualTo(-1);
        assertThat(soon(stream.heard)).startsWith("binary 5");
        assertThat(stream.nextBut("read")).startsWith("close 1000 true");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void peerMayBeToldThingsFromAnyThread(boolean text) throws Exception {
        Told stream = new Told();
        Client client = streams(stream);

        if (text) {
            stream.peer.send("from elsewhere");
            assertThat(new String(client.hears().payload(), StandardCharsets.UTF_8))
                    .isEqualTo("from elsewhere");
        }
        stream.peer.close(new CloseStatus(1001, ""));

        assertThat(client.hears().opcode()).isEqualTo(Opcode.CLOSE);
    }

    @Test
    void peerThatIsCutOffIsLost() throws Exception {
        Told stream = new Told();
        Client client = streams(stream);
        assertThat(soon(stream.heard)).startsWith("open");

        stream.peer.abort();

        assertThat(soon(stream.heard)).startsWith("lost");
        assertThat(client.in.read()).isEqualTo(-1);
    }

    /** Keeps what it is told, with the thread. */
    private static class Told implements MessageStream {

        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        volatile Peer peer;

        private void hears(String what) {
            heard.add(what + " " + Thread.currentThread().getName());
        }

        String nextBut(String skipped) throws Exception {
            String next = soon(heard);
            return next.startsWith(skipped) ? soon(heard) : next;
        }

        @Override
        public void onOpen() {
            hears("open");
        }

        @Override
        public void onText(String text) {
            hears("text " + text);
        }

        @Override
        public void onBinary(ByteBuf part, boolean last) {
            hears("binary " + ByteBufUtil.getBytes(part).length + " " + last);
            part.release();
        }

        @Override
        public void onRead() {}

        @Override
        public void onDrained() {}

        @Override
        public void onClose(CloseStatus status, boolean clean) {
            hears("close " + status.code() + " " + clean);
        }

        @Override
        public void onLost() {
            hears("lost");
        }
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

    @SuppressWarnings("ArrayRecordComponent") // compared by its parts
    private record Frame(boolean last, int opcode, byte[] payload) {}

    /** Something that may not work. */
    private interface Deed {
        void happens() throws Exception;
    }

    /** A client that waits. */
    private final class Client {

        private final Socket socket;
        private final DataInputStream in;
        private final FrameHeaderReader header = FrameHeaderReader.ofServerFrames();

        Client(String path) throws Exception {
            if (sealed) {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
                socket = context.getSocketFactory().createSocket(port.getAddress(), port.getPort());
            } else {
                socket = new Socket(port.getAddress(), port.getPort());
            }
            socket.setSoTimeout(30_000);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 128 * 1024));
            String head =
                    "GET " + path + " HTTP/1.1\r\nHost: relay.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        }

        Client isUpgraded() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 101 ");
            return this;
        }

        void sends(int first, byte[] payload) throws IOException {
            socket.getOutputStream().write(FrameWriter.clientFrame(first, payload, 0, payload.length, KEY));
        }

        Frame hears() throws IOException {
            byte[] head = new byte[10];
            in.readFully(head, 0, 2);
            int length = head[1] & 0x7F;
            in.readFully(head, 2, length == 126 ? 2 : length == 127 ? 8 : 0);
            header.read(
                    ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN),
                    0,
                    length == 126 ? 4 : length == 127 ? 10 : 2);
            byte[] payload = new byte[(int) header.length()];
            in.readFully(payload);
            return new Frame(header.isFinal(), header.opcode(), payload);
        }

        CompletableFuture<Void> meanwhile(Deed deed) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    deed.happens();
                    done.complete(null);
                } catch (Exception failure) {
                    done.completeExceptionally(failure);
                }
            });
            return done;
        }
    }
}
