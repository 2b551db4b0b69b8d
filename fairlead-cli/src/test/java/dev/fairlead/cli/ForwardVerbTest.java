// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.server.FairleadServer;
import dev.fairlead.server.config.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardVerbTest {

    private static final int PATIENCE_SECONDS = 20;
    private static final Pattern BOUND = Pattern.compile("forwarding 127\\.0\\.0\\.1:(\\d+) → ");

    private static FairleadServer server;
    private static String key;
    private static String string;

    private final CommandLineDriver user = new CommandLineDriver();

    @BeforeAll
    static void startServer(@TempDir Path folder) throws Exception {
        server = FairleadServer.start(new ConfigLoader(
                        null,
                        List.of(
                                "dataDirectory=" + folder,
                                "listen.0.address=127.0.0.1:0",
                                "listen.1.address=localhost:0",
                                "management.address=127.0.0.1:0"),
                        Map.of())
                .load()
                .config());
        key = Files.readString(folder.resolve("root-key")).strip();
        string = "Endpoint=" + relay() + ";SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=" + key;
    }

    private static String relay() {
        return server.relayAddresses().getFirst() + "/";
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** The verb in a thread of its own, until the test ends it. */
    private static final class Forwarding implements AutoCloseable {

        private final CommandLineDriver user = new CommandLineDriver();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch told = new CountDownLatch(1);
        private final CompletableFuture<Void> ended;

        Forwarding(String... args) throws InterruptedException {
            this(false, args);
        }

        Forwarding(boolean terminal, String... args) throws InterruptedException {
            ended = CompletableFuture.runAsync(
                    () -> user.with(surroundings -> new ForwardVerb(surroundings, this::waits, () -> terminal))
                            .types(Stream.concat(Stream.of("forward"), Stream.of(args))
                                    .toArray(String[]::new)),
                    task -> Thread.ofPlatform().daemon().start(task));
            assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("begun: " + user.err())
                    .isTrue();
        }

        private void waits(Runnable drain) throws InterruptedException {
            begun.countDown();
            told.await();
            drain.run();
        }

        int port() {
            Matcher bound = BOUND.matcher(user.out());
            assertThat(bound.find()).as(user.out()).isTrue();
            return Integer.parseInt(bound.group(1));
        }

        Socket dials() throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
            socket.setSoTimeout(PATIENCE_SECONDS * 1000);
            return socket;
        }

        /** Looks now and then whether something was told. */
        Forwarding tells(String words) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!(user.err() + user.out()).contains(words)) {
                assertThat(System.nanoTime())
                        .as("told so far: %s", user.err() + user.out())
                        .isLessThan(end);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            return this;
        }

        @Override
        public void close() {
            told.countDown();
            ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
            user.exitsWith(ExitCode.DONE);
        }
    }

    /** A server that sends back what comes, in capitals, once its client has said all. */
    private static final class Answers implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Answers() throws IOException {
            Thread.ofVirtual().start(this::serve);
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    byte[] heard = socket.getInputStream().readAllBytes();
                    socket.getOutputStream()
                            .write(new String(heard, StandardCharsets.UTF_8)
                                    .toUpperCase(Locale.ROOT)
                                    .getBytes(StandardCharsets.UTF_8));
                } catch (IOException gone) {
                    // the next one, or the end
                }
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static String exchange(Socket socket, String words) throws IOException {
        try (socket) {
            socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void portIsForwardedBothWaysAndHalfClosed() throws Exception {
        try (Answers answers = new Answers();
                Forwarding forwarding =
                        new Forwarding(string, "-L", "0/up:tcp-a", "-T", "tcp-a:up/127.0.0.1:" + answers.port())) {
            assertThat(exchange(forwarding.dials(), "ahoy")).isEqualTo("AHOY");

            forwarding
                    .tells("forwarding tcp-a → 127.0.0.1:" + answers.port() + " (port name up)")
                    .tells("closed, 4 B to the relay, 4 B from it");
        }
    }

    @Test
    void keyIsTakenTheWayAzbridgeTakesIt() throws Exception {
        try (Answers answers = new Answers();
                Forwarding forwarding = new Forwarding(
                        "-e",
                        relay(),
                        "-K",
                        "RootManageSharedAccessKey",
                        "-k",
                        key,
                        "-L",
                        "0/up:tcp-b",
                        "-T",
                        "tcp-b:up/127.0.0.1:" + answers.port())) {
            assertThat(exchange(forwarding.dials(), "ahoy")).isEqualTo("AHOY");
        }
    }

    @Test
    void connectionStringOfAzbridgesVariableIsChangedByOptions() throws Exception {
        user.in("AZURE_BRIDGE_CONNECTIONSTRING", string)
                .types("forward", "-k", "bm90IHRoZSBrZXk=", "-T", "tcp-c:80")
                .exitsWith(ExitCode.FAILED);

        assertThat(user.err())
                .contains("tcp-c")
                .contains("401")
                .contains("see that the key is the relay's, and that its rule has the right Listen")
                .doesNotContain("bm90IHRoZSBrZXk=");
    }

    @Test
    void standardInputAndOutputAreJoined() throws Exception {
        try (Answers answers = new Answers();
                Forwarding forwarding = new Forwarding(string, "-T", "tcp-d:up/127.0.0.1:" + answers.port())) {
            user.feeds(input("ahoy")).types("forward", string, "-W", "tcp-d/up").exitsWith(ExitCode.DONE);
            assertThat(user.out()).isEqualTo("AHOY");
            assertThat(user.err()).isEmpty();
            forwarding.tells("closed, 4 B");

            // its driver's standard output is closed by now
            CommandLineDriver another = new CommandLineDriver().feeds(input("again"));
            another.types("forward", string, "-W", "tcp-d").exitsWith(ExitCode.DONE);
            assertThat(another.out()).isEqualTo("AGAIN");
        }
    }

    private static InputStream input(String words) {
        return new ByteArrayInputStream(words.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void unknownPortNameIsRefusedAndBothEndsTellWhy() throws Exception {
        try (Forwarding forwarding = new Forwarding(string, "-T", "tcp-e:1")) {
            user.feeds(input("ahoy"))
                    .types("forward", string, "-W", "tcp-e/other")
                    .exitsWith(ExitCode.FAILED);

            assertThat(user.out()).isEmpty();
            assertThat(user.err()).startsWith("fairlead: tcp-e: refused: \"Unknown port name\"");
            forwarding.tells("refused: port name \"other\" (expected: 1)");
        }
    }

    @Test
    void senderChoosesAnAllowedTargetAndNoOther() throws Exception {
        try (Answers answers = new Answers();
                Answers secret = new Answers();
                Forwarding forwarding =
                        new Forwarding(string, "-T", "tcp-f:*", "--allow", "127.0.0.1:" + answers.port())) {
            user.feeds(input("ahoy"))
                    .types("forward", string, "-W", "tcp-f/127.0.0.1:" + answers.port())
                    .exitsWith(ExitCode.DONE);
            assertThat(user.out()).isEqualTo("AHOY");

            new CommandLineDriver()
                    .feeds(input("ahoy"))
                    .types("forward", string, "-W", "tcp-f/127.0.0.1:" + secret.port())
                    .exitsWith(ExitCode.FAILED);
            forwarding.tells(
                    "refused: port name \"127.0.0.1:" + secret.port() + "\" (expected: or what --allow names)");
        }
    }

    @Test
    void targetThatIsAwayIsTold() throws Exception {
        int port;
        try (Answers answers = new Answers()) {
            port = answers.port();
        }
        try (Forwarding forwarding = new Forwarding(string, "-T", "tcp-g:127.0.0.1:" + port)) {
            user.feeds(input("ahoy")).types("forward", string, "-W", "tcp-g").exitsWith(ExitCode.FAILED);

            assertThat(user.err()).contains("refused: \"The target cannot be reached\"");
            forwarding.tells("refused: 127.0.0.1:" + port + " cannot be reached: Connection refused");
        }
    }

    @Test
    void connectionThatNobodyTakesIsClosedAndTheReasonTold() throws Exception {
        try (Forwarding forwarding = new Forwarding(string, "-L", "0/x:tcp-nobody")) {
            try (Socket socket = forwarding.dials()) {
                assertThatThrownBy(() -> {
                            int read = socket.getInputStream().read();
                            throw new IOException("read " + read);
                        })
                        .isInstanceOf(IOException.class);
            }
            forwarding.tells("nobody listens on tcp-nobody");
        }
    }

    @Test
    void requestsAreForwardedBesideConnections() throws Exception {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            byte[] answer = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        web.start();
        try (Answers answers = new Answers();
                Forwarding forwarding = new Forwarding(
                        string,
                        "-H",
                        "both:http/127.0.0.1:" + web.getAddress().getPort(),
                        "-T",
                        "both:up/127.0.0.1:" + answers.port(),
                        "-L",
                        "0/up:both")) {
            assertThat(exchange(forwarding.dials(), "ahoy")).isEqualTo("AHOY");
            user.types("request", string, "both/page?x=1").exitsWith(ExitCode.DONE);
            assertThat(user.out()).startsWith("/page?x=1");
            forwarding.tells("GET /both/page: 200");
        } finally {
            web.stop(0);
        }
    }

    @Test
    void terminalHasALineForEachForward() throws Exception {
        try (Answers answers = new Answers();
                Forwarding forwarding = new Forwarding(
                        true, string, "-L", "0/up:tcp-h", "-T", "tcp-h:up/127.0.0.1:" + answers.port())) {
            forwarding
                    .tells("→ tcp-h/up  ready  0 open, 0 total")
                    .tells("tcp-h → 127.0.0.1:" + answers.port() + " (port name");
            assertThat(forwarding.user.out()).doesNotContain("forwarding ");
        }
    }

    @Test
    void quietForwardTellsNothingOfWhatGoesWell() throws Exception {
        try (Answers answers = new Answers();
                Forwarding forwarding = new Forwarding(string, "-q", "-T", "tcp-i:up/127.0.0.1:" + answers.port())) {
            user.feeds(input("ahoy")).types("forward", string, "-W", "tcp-i/up").exitsWith(ExitCode.DONE);

            assertThat(forwarding.user.out()).isEmpty();
        }
    }

    @Test
    void forwardStartsWhileTheRelayIsAway() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String away = string.replace(relay(), "http://127.0.0.1:" + port + "/");
        try (Forwarding forwarding = new Forwarding(away, "-T", "tcp-j:1", "-L", "0/x:tcp-k")) {
            forwarding.tells("not online: ").tells("trying again in");
        }
    }

    @Test
    void portThatIsTakenIsToldBeforeAnythingIsForwarded() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            user.types("forward", string, "-L", taken.getLocalPort() + ":x").exitsWith(ExitCode.FAILED);

            assertThat(user.err())
                    .startsWith("fairlead: -L: " + taken.getLocalPort() + " cannot be bound: Address already in use");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-L x",
                "-T x",
                "-H x",
                "-T x:*",
                "-T x:* --allow y",
                "-T x:1 -T x:1",
                "-H x:1 -H x:2",
                "-W x -L 0/x:x",
                "-x Endpoint=sb://x/ -T x:1",
                "-s abc -k def -T x:1",
                "-L 53U:x"
            })
    void optionsThatAreOfNoUseAreMisused(String options) {
        user.types(("forward " + string + " " + options).strip().split(" ")).exitsWith(ExitCode.USAGE);

        assertThat(user.err())
                .startsWith("fairlead: ")
                .contains("(expected: ")
                .endsWith("Try 'fairlead forward --help'." + System.lineSeparator());
    }

    @Test
    void entityPathIsTheOnlyPathThatMayBeForwarded() {
        user.types("forward", string + ";EntityPath=a", "-L", "0/x:b").exitsWith(ExitCode.USAGE);

        assertThat(user.err()).contains("PATH: b (expected: a, as the connection string's EntityPath says)");
    }
}
