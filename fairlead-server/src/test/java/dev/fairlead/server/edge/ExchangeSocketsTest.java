// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.edge.AskedService.Asked;
import dev.fairlead.server.edge.tls.Certificates;
import dev.fairlead.server.edge.tls.IssuedFiles;
import dev.fairlead.server.edge.tls.KeyFiles;
import dev.fairlead.server.edge.tls.TlsConfig;
import dev.fairlead.server.settings.ByteSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What exchanges are like over real sockets, plain and over TLS. */
class ExchangeSocketsTest {

    private static final int PATIENCE_MS = 10_000;
    private static final int MIB = 1 << 20;

    private final ConnectionEvents events = new ConnectionEvents();
    private final AskedService service = new AskedService();
    private final List<Socket> clients = new ArrayList<>();
    private Edge edge;
    private InetSocketAddress plain;
    private InetSocketAddress secure;
    private SSLContext tls;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        LimitsConfig limits = new LimitsConfig(Duration.ofSeconds(30), ByteSize.ofKiB(32), null, null, List.of());
        List<Route> routes = List.of(new Route.Exchanges("/", service));
        edge = new Edge(limits, Duration.ofSeconds(30), null, events);
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

    private Socket dials(boolean overTls) throws IOException {
        InetSocketAddress port = overTls ? secure : plain;
        Socket socket = overTls
                ? tls.getSocketFactory().createSocket(port.getAddress(), port.getPort())
                : new Socket(port.getAddress(), port.getPort());
        socket.setSoTimeout(PATIENCE_MS);
        clients.add(socket);
        return socket;
    }

    private static void sends(Socket socket, String wire) throws IOException {
        socket.getOutputStream().write(wire.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** {@return the next head, its lines joined by tildes} */
    private static String readsHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("the connection ended after: " + head);
            }
            head.append((char) next);
        }
        return head.toString().replace("\r\n", "~");
    }

    private static String reads(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /** {@return what still comes, when the server has ended the connection in good order} */
    private static String readsToTheEnd(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tenRequestsInOneWriteAreAnsweredInOrderAndTheConnectionIsKept(boolean overTls) throws IOException {
        service.does(asked -> asked.exchange()
                .schedule(
                        Duration.ofMillis(5),
                        () -> asked.answers(asked.exchange().question().path())));
        StringBuilder wire = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            wire.append("GET /").append(i).append(" HTTP/1.1~Host: h~~");
        }
        Socket client = dials(overTls);

        for (int round = 0; round < 2; round++) {
            sends(client, wire.toString());
            for (int i = 0; i < 10; i++) {
                assertThat(readsHead(client)).startsWith("HTTP/1.1 200 Fine~").contains("~Content-Length: 2~");
                assertThat(reads(client, 2)).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void clientThatWaitsForAWordSendsItsBodyThen() throws IOException {
        service.does(asked -> {
            asked.onBodyEnd(() -> asked.answers(asked.body()));
            asked.exchange()
                    .schedule(Duration.ofMillis(20), () -> asked.exchange().readBody());
        });
        Socket client = dials(false);

        sends(client, "PUT / HTTP/1.1~Host: h~Expect: 100-continue~Content-Length: 5~~");
        assertThat(readsHead(client)).isEqualTo("HTTP/1.1 100 Continue~~");
        sends(client, "hello");

        assertThat(readsHead(client)).startsWith("HTTP/1.1 200 Fine~");
        assertThat(reads(client, 5)).isEqualTo("hello");
    }

    @Test
    void slowHeadIsRefusedAndSoIsASlowFurtherOne() throws IOException {
        service.does(asked -> asked.answers("x"));
        edge.close();
        edge = new Edge(
                new LimitsConfig(Duration.ofSeconds(1), ByteSize.ofKiB(32), null, null, List.of()),
                Duration.ofSeconds(30),
                null,
                events);
        plain = edge.open(
                ListenAddress.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                null,
                List.of(new Route.Exchanges("/", service)));
        Socket first = dials(false);
        sends(first, "GET / HT");
        assertThat(readsToTheEnd(first)).startsWith("HTTP/1.1 408 ");

        Socket further = dials(false);
        sends(further, "GET / HTTP/1.1~Host: h~~");
        readsHead(further);
        assertThat(reads(further, 1)).isEqualTo("x");
        sends(further, "GET / HT");
        assertThat(readsToTheEnd(further)).startsWith("HTTP/1.1 408 ");
    }

    @ParameterizedTest
    @CsvSource({
        "false, GET / HTTP/1.1~Host: h~~, false",
        "true, GET / HTTP/1.1~Host: h~~, false",
        "false, GET / HTTP/1.1~Host: h~~, true",
        "false, POST / HTTP/1.1~Host: h~Content-Length: 9~~abc, false",
        "true, POST / HTTP/1.1~Host: h~Content-Length: 9~~abc, false",
        "false, POST / HTTP/1.1~Host: h~Content-Length: 9~~abc, true"
    })
    void clientThatHangsUpWhileItsAnswerIsAwaitedIsNoticedAtOnce(boolean overTls, String wire, boolean reset)
            throws Exception {
        Socket client = dials(overTls);
        sends(client, wire);
        Asked asked = service.next();

        if (reset) {
            client.setSoLinger(true, 0);
        }
        client.close();

        asked.untilTold("broken off");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientThatHangsUpWhileItsBodyIsPausedIsNoticedThoughMuchOfItIsUnread(boolean reset) throws Exception {
        service.does(asked -> {
            asked.onBodyRead(() -> asked.exchange().pause());
            asked.exchange().readBody();
        });
        Socket client = dials(false);
        sends(client, "POST / HTTP/1.1~Host: h~Content-Length: 100000000~~");
        client.getOutputStream().write(new byte[10_000]);
        Asked asked = service.next();
        asked.untilTold("body");
        client.getOutputStream().write(new byte[30_000]); // more than that, and the end would be stuck behind it

        if (reset) {
            client.setSoLinger(true, 0);
        }
        client.close();

        asked.untilTold("broken off");
    }

    @Test
    void answerThatIsAbortedHasNoEnd() throws IOException {
        service.does(asked -> {
            asked.responds(200, -1).writes("part").exchange().flush();
            asked.exchange()
                    .schedule(Duration.ofMillis(20), () -> asked.exchange().abort());
        });
        Socket client = dials(false);

        sends(client, "GET / HTTP/1.1~Host: h~~");

        assertThat(readsToTheEnd(client)).endsWith("\r\n\r\n4\r\npart\r\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusalReachesAClientThatIsStillSending(boolean overTls) throws Exception {
        service.does(asked -> asked.exchange().refuse(UpgradeAnswer.Refused.of(Refusal.TOKEN_MISSING)));
        Socket client = dials(overTls);
        sends(client, "POST / HTTP/1.1~Host: h~Content-Length: 3000000~~");
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 30; i++) {
                    client.getOutputStream().write(new byte[100_000]);
                }
            } catch (IOException closed) {
                // may come, when the server has waited long enough
            }
        });

        assertThat(readsHead(client)).startsWith("HTTP/1.1 401 ").contains("~Connection: close~");
        sending.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    @Test
    void idleConnectionsEndAtTheDrainAndOthersWithTheirAnswer() throws Exception {
        Socket busy = dials(false);
        sends(busy, "GET /busy HTTP/1.1~Host: h~~");
        Asked asked = service.next();
        service.does(one -> one.answers("x"));
        Socket idle = dials(false);
        sends(idle, "GET / HTTP/1.1~Host: h~~");
        readsHead(idle);
        assertThat(reads(idle, 1)).isEqualTo("x");

        edge.drainExchanges();

        assertThat(readsToTheEnd(idle)).isEmpty();
        asked.exchange().execute(() -> asked.answers("bye"));
        assertThat(readsToTheEnd(busy)).contains("Connection: close\r\n").endsWith("\r\n\r\nbye");
    }

    // Bodies of any size, and what nobody reads

    @ParameterizedTest
    @CsvSource({
        "false, 1, false",
        "false, 65536, false",
        "false, 65537, false",
        "false, 20000000, false",
        "false, 1, true",
        "false, 65537, true",
        "false, 20000000, true",
        "true, 65536, false",
        "true, 5000000, false",
        "true, 5000000, true"
    })
    void bodyComesBackWhole(boolean overTls, int length, boolean chunked) throws Exception {
        service.does(ExchangeSocketsTest::echoes);
        Socket client = dials(overTls);
        byte[] body = new byte[length];
        for (int i = 0; i < length; i++) {
            body[i] = (byte) (i * 31 + (i >> 8));
        }
        for (int round = 0; round < 2; round++) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> sendsBody(client, body, chunked));

            String head = readsHead(client);
            assertThat(head).startsWith("HTTP/1.1 200 Fine~");
            CRC32 echoed = new CRC32();
            long count = 0;
            InputStream in = client.getInputStream();
            for (int chunk = chunkSize(in); chunk > 0; chunk = chunkSize(in)) {
                byte[] bytes = in.readNBytes(chunk);
                echoed.update(bytes);
                count += bytes.length;
                assertThat(in.readNBytes(2)).containsExactly('\r', '\n');
            }
            assertThat(in.readNBytes(2)).containsExactly('\r', '\n');
            sending.get(PATIENCE_MS, TimeUnit.MILLISECONDS);

            CRC32 sent = new CRC32();
            sent.update(body);
            assertThat(count).isEqualTo(length);
            assertThat(echoed.getValue()).isEqualTo(sent.getValue());
        }
    }

    /** Answers when the body has ended, so that the connection is kept; reads no more than is taken. */
    private static void echoes(Asked asked) {
        var exchange = asked.exchange();
        List<ByteBuf> kept = new ArrayList<>();
        asked.onBody((one, part) -> {
            kept.add(Unpooled.copiedBuffer(part));
            part.release();
        });
        asked.onBodyEnd(() -> {
            asked.responds(200, -1);
            kept.forEach(exchange::write);
            exchange.end();
        });
        exchange.readBody();
    }

    private static void sendsBody(Socket client, byte[] body, boolean chunked) {
        try {
            OutputStream out = client.getOutputStream();
            sends(
                    client,
                    "POST / HTTP/1.1~Host: h~"
                            + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length) + "~~");
            if (!chunked) {
                out.write(body);
                return;
            }
            int step = 1;
            for (int at = 0; at < body.length; ) {
                int length = Math.min(step, body.length - at);
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(body, at, length);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                at += length;
                step = step * 5 % 400_009 + 1;
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int chunkSize(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return Integer.parseInt(line.toString(), 16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 268435456", "Transfer-Encoding: chunked"})
    void bodyWhoseReaderStandsStillWaitsWithTheKernel(String framing) throws Exception {
        AtomicLong taken = new AtomicLong();
        CountDownLatch whole = new CountDownLatch(1);
        service.does(asked -> {
            asked.onBody((one, part) -> {
                taken.addAndGet(part.readableBytes());
                part.release();
            });
            asked.onBodyRead(() -> {
                if (taken.get() < 2 * MIB) {
                    asked.exchange().pause();
                }
            });
            asked.onBodyEnd(whole::countDown);
            asked.exchange().readBody();
        });
        long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        try (SocketChannel client = SocketChannel.open(plain)) {
            client.write(StandardCharsets.US_ASCII.encode("POST / HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n"));
            boolean chunked = framing.endsWith("chunked");
            int mib = 256;
            client.configureBlocking(false);
            ByteBuffer bytes = body(chunked, mib);
            Asked asked = service.next();
            writesUntilNothingIsTaken(client, bytes);

            assertThat(bytes.position()).isLessThan(32 * MIB);
            assertThat(taken.get()).isLessThan(2 * MIB);
            assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                    .isLessThan(8 * MIB);

            taken.addAndGet(2 * MIB);
            asked.exchange().execute(asked.exchange()::resume);
            client.configureBlocking(true);
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
            assertThat(whole.await(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(taken.get() - 2 * MIB).isEqualTo((long) mib * MIB);
            assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                    .isLessThan(16 * MIB);
        }
    }

    private static ByteBuffer body(boolean chunked, int mib) {
        ByteBuffer bytes = ByteBuffer.allocate(mib * MIB + mib * 16);
        if (chunked) {
            for (int i = 0; i < mib; i++) {
                bytes.put("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                bytes.position(bytes.position() + MIB);
                bytes.put("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            bytes.put("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } else {
            bytes.position(mib * MIB);
        }
        return bytes.flip();
    }

    private static void writesUntilNothingIsTaken(SocketChannel client, ByteBuffer bytes) throws IOException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = client.register(selector, SelectionKey.OP_WRITE);
            while (bytes.hasRemaining() && selector.select(500) > 0) {
                selector.selectedKeys().clear();
                client.write(bytes);
            }
            key.cancel();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answerThatNobodyReadsWaitsWithItsService(boolean overTls) throws Exception {
        long length = 256L * MIB;
        AtomicLong written = new AtomicLong();
        ByteBuf memory = Unpooled.directBuffer(256 * 1024).writeZero(256 * 1024);
        ByteBuf piece = Unpooled.unreleasableBuffer(memory);
        service.does(asked -> {
            Runnable write = () -> {
                while (written.get() < length) {
                    asked.exchange().write(piece.duplicate());
                    written.addAndGet(piece.readableBytes());
                    if (!asked.exchange().flush()) {
                        return;
                    }
                }
                asked.exchange().end();
            };
            asked.onDrained(write);
            asked.responds(200, (int) length);
            asked.exchange().execute(write);
        });
        long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        Socket client = dials(overTls);
        sends(client, "GET / HTTP/1.1~Host: h~~");
        readsHead(client);
        long seen = -1;
        while (seen != written.get()) { // until it stands still
            seen = written.get();
            hearsNothingFor(Duration.ofMillis(300));
        }

        assertThat(seen).isLessThan(32L * MIB);
        assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                .isLessThan(8 * MIB);
        byte[] into = new byte[MIB];
        long count = 0;
        while (count < length) {
            int read = client.getInputStream().read(into, 0, (int) Math.min(into.length, length - count));
            assertThat(read).isPositive();
            count += read;
        }
        service.does(asked -> asked.answers("next"));
        sends(client, "GET / HTTP/1.1~Host: h~~");
        readsHead(client);
        assertThat(reads(client, 4)).isEqualTo("next");
        memory.release();
    }

    private void hearsNothingFor(Duration time) throws IOException {
        Socket silent = dials(false);
        silent.setSoTimeout((int) time.toMillis());
        try {
            assertThat(silent.getInputStream().read()).isNegative();
        } catch (SocketTimeoutException expected) {
            // nothing came
        } catch (SocketException lost) {
            throw new AssertionError(lost);
        }
    }
}
