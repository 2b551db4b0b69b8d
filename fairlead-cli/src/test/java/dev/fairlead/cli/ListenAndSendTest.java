// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.FairleadServer;
import dev.fairlead.server.config.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAndSendTest {

    private static final int PATIENCE_SECONDS = 20;

    private static FairleadServer server;
    private static String string;
    private static String authority;

    private final CommandLineDriver user = new CommandLineDriver();

    @BeforeAll
    static void startServer(@TempDir Path folder) throws Exception {
        server = start(folder, "0");
        String key = Files.readString(folder.resolve("root-key")).strip();
        authority = folder.resolve("tls/ca.pem").toString();
        string = "Endpoint=" + server.relayAddresses().getFirst()
                + "/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=" + key;
    }

    private static FairleadServer start(Path folder, String port) {
        List<String> settings = List.of(
                "dataDirectory=" + folder,
                "listen.0.address=127.0.0.1:" + port,
                "listen.1.address=localhost:0",
                "management.address=127.0.0.1:0");
        return FairleadServer.start(
                new ConfigLoader(null, settings, Map.of()).load().config());
    }

    private static String overTls() {
        return string.replaceFirst(
                "http://127\\.0\\.0\\.1:\\d+",
                "sb://localhost:" + server.relayAddresses().getLast().getPort());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** The verb in a thread of its own, until the test ends it. */
    private static final class Listening implements AutoCloseable {

        private final CommandLineDriver user = new CommandLineDriver();
        private final CountDownLatch online = new CountDownLatch(1);
        private final CountDownLatch told = new CountDownLatch(1);
        private final CompletableFuture<Void> ended;

        Listening(String... args) throws InterruptedException {
            ended = CompletableFuture.runAsync(
                    () -> user.with(surroundings -> new ListenVerb(surroundings, this::waits))
                            .types(args),
                    task -> Thread.ofPlatform().daemon().start(task));
            assertThat(online.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("listening: " + user.err())
                    .isTrue();
        }

        private void waits(Runnable drain) throws InterruptedException {
            online.countDown();
            told.await();
            drain.run();
        }

        /** Looks now and then whether something was told. */
        void tells(String words) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!(user.err() + user.out()).contains(words)) {
                assertThat(System.nanoTime())
                        .as("told so far: %s", user.err() + user.out())
                        .isLessThan(end);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }

        @Override
        public void close() throws Exception {
            told.countDown();
            ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            user.exitsWith(ExitCode.DONE);
        }
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RelayListener listener(String path, ConnectionHandler handler) throws Exception {
        RelayListener listener = RelayListener.builder(ConnectionString.parse(string))
                .path(path)
                .onConnection(handler)
                .build();
        listener.open().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return listener;
    }

    @Test
    void everyLineComesBackAndTheCommandEndsWithItsInput() throws Exception {
        try (Listening listening = new Listening("listen", string, "echo", "--echo")) {
            user.feeds(input("ahoy\n\ngrüße 😀\nlast"))
                    .types("send", string, "echo")
                    .exitsWith(ExitCode.DONE);

            assertThat(user.out().lines()).containsExactly("ahoy", "", "grüße 😀", "last");
            assertThat(user.err()).isEmpty();
            assertThat(listening.user.out().lines()).containsExactly("listening on echo");
            assertThat(listening.user.err()).isEmpty();
        }
    }

    @Test
    void muchComesBackWhole() throws Exception {
        String line = "x".repeat(100_000);
        try (Listening listening = new Listening("listen", string, "much", "--echo")) {
            user.feeds(input((line + "\n").repeat(30)))
                    .types("send", string, "much")
                    .exitsWith(ExitCode.DONE);

            assertThat(user.out().lines()).hasSize(30).containsOnly(line);
        }
    }

    @Test
    void listenerPrintsWhatComes() throws Exception {
        try (Listening listening = new Listening("listen", string, "print")) {
            user.feeds(input("one\ntwo\n")).types("send", string, "print").exitsWith(ExitCode.DONE);

            assertThat(user.out()).isEmpty();
            assertThat(listening.user.out().lines()).containsExactly("listening on print", "one", "two");
        }
    }

    @Test
    void quietListenerPrintsNothingOfWhatComes() throws Exception {
        try (Listening listening = new Listening("listen", string, "quiet", "-q")) {
            user.feeds(input("one\n")).types("send", string, "quiet").exitsWith(ExitCode.DONE);

            assertThat(listening.user.out().lines()).containsExactly("listening on quiet");
        }
    }

    @Test
    void webSocketsAreForwardedToALocalServer() throws Exception {
        try (LocalEcho local = new LocalEcho();
                Listening listening = new Listening("listen", string, "forward", "--to", local.address() + "/app")) {
            user.feeds(input("ahoy\ngrüße 😀\n"))
                    .types("send", string, "forward")
                    .exitsWith(ExitCode.DONE);

            assertThat(user.out().lines()).containsExactly("ahoy", "grüße 😀");
            assertThat(listening.user.out().lines())
                    .containsExactly("listening on forward", "WebSocket /forward: accept");
            assertThat(local.asked()).isEqualTo("GET /app HTTP/1.1");
        }
    }

    @Test
    void requestsAreEchoedWhateverTheirLength(@TempDir Path folder) throws Exception {
        Path large = Files.write(folder.resolve("large"), new byte[5_000_000]);
        try (Listening _ = new Listening("listen", string, "requests", "--echo")) {
            user.types("request", string, "requests/a b?c=%20", "-d", "ahoy", "-H", "X-oNe: 1")
                    .exitsWith(ExitCode.DONE);
            assertThat(user.out())
                    .startsWith("POST /requests/a b?c=%20\n")
                    .contains("\nX-oNe: 1\n")
                    .endsWith("\n\nahoy");

            user.types("request", string, "requests", "-T", large.toString(), "--max-time", "30")
                    .exitsWith(ExitCode.DONE);
            assertThat(user.bytes()).hasSizeGreaterThan(5_000_000);
        }
    }

    @Test
    void requestsArePrinted() throws Exception {
        try (Listening listening = new Listening("listen", string, "printed")) {
            user.types("request", string, "printed/x?y", "-d", "ahoy", "-i").exitsWith(ExitCode.DONE);

            assertThat(user.out()).startsWith("HTTP/1.1 204 No Content\n");
            assertThat(listening.user.out().lines())
                    .containsExactly("listening on printed", "POST /printed/x?y", "ahoy");
        }
    }

    @Test
    void requestsAreForwardedToALocalServer() throws Exception {
        HttpServer local = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        local.createContext("/", exchange -> {
            byte[] body = (exchange.getRequestURI() + " for "
                            + exchange.getRequestHeaders().getFirst("X-Forwarded-Prefix"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Set-Cookie", "a=1");
            exchange.getResponseHeaders().add("Set-Cookie", "b=2");
            exchange.sendResponseHeaders(404, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        local.start();
        String to = "http://127.0.0.1:" + local.getAddress().getPort();
        try (Listening listening = new Listening("listen", string, "site", "--to", to)) {
            user.types("request", string, "site/a/?b", "-i").exitsWith(ExitCode.DONE);

            assertThat(user.out())
                    .startsWith("HTTP/1.1 404 Not Found\n")
                    .contains("Set-cookie: a=1\n", "Set-cookie: b=2\n")
                    .endsWith("/a/?b for /site");
            listening.tells("GET /site/a/: 404"); // its sender has the answer before
            assertThat(listening.user.out().lines()).containsExactly("listening on site", "GET /site/a/: 404");
        } finally {
            local.stop(0);
        }
    }

    @Test
    void requestThatNobodyListensForIsToldAndWhatToDo() {
        user.types("request", string, "nobody").exitsWith(ExitCode.FAILED);

        assertThat(user.err()).startsWith("fairlead: nobody listens on nobody: start a listener first");
    }

    @Test
    void requestsGoOverTlsToARelayWhoseAuthorityIsTold() throws Exception {
        try (Listening _ = new Listening("listen", overTls(), "sealed-requests", "--echo", "--cacert", authority)) {
            user.types("request", overTls(), "sealed-requests", "--cacert", authority)
                    .exitsWith(ExitCode.DONE);
            assertThat(user.out()).startsWith("GET /sealed-requests\n");

            user.types("request", overTls(), "sealed-requests").exitsWith(ExitCode.FAILED);
            assertThat(user.err()).contains("its certificate is not trusted here");
        }
    }

    @Test
    void localServerThatIsDownIsToldToBothSides() throws Exception {
        String down = "http://127.0.0.1:1";
        try (Listening listening = new Listening("listen", string, "down", "--to", down)) {
            user.feeds(input("ahoy\n")).types("send", string, "down").exitsWith(ExitCode.FAILED);

            assertThat(user.err()).contains("502 The local server cannot be reached");
            assertThat(listening.user.out()).contains("WebSocket /down: reject 502 The local server cannot be reached");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--to ftp://h | target: ftp://h (expected: http://HOST[:PORT][/PATH]",
                "--to http://h --echo | Error: --echo, --to=URL are mutually exclusive",
            })
    void wrongWayToAnswerIsNamed(String typed, String words) {
        user.types(("listen " + string + " a " + typed).split(" ")).exitsWith(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: " + words);
    }

    @Test
    void connectionStringComesFromTheEnvironmentOrAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("string"), string + ";EntityPath=named\n");
        try (Listening listening = new Listening("listen", "@" + file, "--echo")) {
            user.in("FAIRLEAD_CONNECTION_STRING", "@" + file)
                    .feeds(input("ahoy"))
                    .types("send", "NAMED")
                    .exitsWith(ExitCode.DONE);
            assertThat(user.out().strip()).isEqualTo("ahoy");

            user.feeds(input("again")).types("send").exitsWith(ExitCode.DONE);
            assertThat(user.out().strip()).isEqualTo("again");
        }
    }

    @Test
    void whatTheListenerSaysAfterTheInputsEndIsPrinted() throws Exception {
        try (RelayListener listener = listener("late", new ConnectionHandler() {
            @Override
            public void onClose(RelayConnection connection, CloseStatus status) {
                connection.sendText("you sent all");
                connection.sendBinary(ByteBuffer.allocate(3));
            }
        })) {
            user.feeds(input("ahoy\n")).types("send", string, "late").exitsWith(ExitCode.DONE);

            assertThat(user.out().lines()).containsExactly("you sent all", "[3 bytes of binary]");
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, DONE", "1011, FAILED", "4000, FAILED"})
    void listenerThatClosesFirstEndsTheCommand(int code, ExitCode exitCode) throws Exception {
        String path = "closes" + code;
        try (RelayListener listener = listener(path, new ConnectionHandler() {
                    @Override
                    public void onOpen(RelayConnection connection) {
                        connection.close(new CloseStatus(code, "enough"));
                    }
                });
                PipedOutputStream keyboard = new PipedOutputStream()) {
            user.feeds(new PipedInputStream(keyboard))
                    .types("send", string, path)
                    .exitsWith(exitCode);

            assertThat(user.err().strip())
                    .isEqualTo(code == 1000 ? "" : "fairlead: the connection was closed: " + code + " enough");
        }
    }

    @Test
    void listenerThatVanishesFailsTheCommand() throws Exception {
        try (RelayListener listener = listener("vanishes", new ConnectionHandler() {
                    @Override
                    public void onOpen(RelayConnection connection) {
                        connection.abort();
                    }
                });
                PipedOutputStream keyboard = new PipedOutputStream()) {
            user.feeds(new PipedInputStream(keyboard))
                    .types("send", string, "vanishes")
                    .exitsWith(ExitCode.FAILED);

            assertThat(user.err().strip()).isEqualTo("fairlead: the connection to the listener was lost");
        }
    }

    @Test
    void inputThatCannotBeReadFailsTheCommand() throws Exception {
        try (Listening listening = new Listening("listen", string, "input", "--echo");
                InputStream broken = new PipedInputStream()) {
            user.feeds(broken).types("send", string, "input").exitsWith(ExitCode.FAILED);

            assertThat(user.err().strip()).isEqualTo("fairlead: standard input cannot be read");
        }
    }

    @Test
    void senderIsToldThatNobodyListensAndWhatToDo() {
        user.types("send", string, "nowhere").exitsWith(ExitCode.FAILED);

        assertThat(user.err())
                .startsWith(
                        "fairlead: nobody listens on nowhere: start a listener first, with `fairlead listen nowhere --echo`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", "listen"})
    void wrongKeyIsToldAndTheRightThatIsNeeded(String verb) {
        user.types(verb, string.replaceAll("SharedAccessKey=.*", "SharedAccessKey=wrong"), "hello")
                .exitsWith(ExitCode.FAILED);

        assertThat(user.err())
                .startsWith("fairlead: hello: 401 ")
                .contains("see that the key is the relay's, and that its rule has the right "
                        + (verb.equals("send") ? "Send" : "Listen"));
    }

    @Test
    void relayThatIsNotThereIsToldByItsAddress() {
        user.types("send", "Endpoint=http://127.0.0.1:1/", "hello").exitsWith(ExitCode.FAILED);

        assertThat(user.err())
                .isEqualTo(
                        "fairlead: hello: Connection refused; see that the relay runs, and that http://127.0.0.1:1/ is its address"
                                + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | CONNECTION_STRING: none (expected: one before PATH, or FAIRLEAD_CONNECTION_STRING;",
                "Endpoint=http://h/ | PATH: none",
                "Endpoint=http://h/;EntityPath=a b | PATH: b (expected: a, as the connection string's EntityPath says)",
                "Endpoint=http://h/ a/../b | PATH: The path has a dot segment",
                "Endpoint=http://h/ / | PATH: empty",
                "Endpoint=http://h/;Key=hunter2 a | connection string: Key is unknown",
                "@/not/there a | CONNECTION_STRING: @/not/there (expected: @ and a text file that you may read)",
                "Endpoint=http://h/ a b | Unmatched argument at index 3: 'b'",
            })
    void wrongUseIsNamed(String typed, String words) {
        for (String verb : new String[] {"send", "listen"}) {
            user.types((verb + " " + typed).split(" ")).exitsWith(ExitCode.USAGE);

            assertThat(user.err())
                    .startsWith("fairlead: " + words)
                    .contains("Try 'fairlead " + verb + " --help'.")
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void listenerNeedsAKey() {
        user.types("listen", "Endpoint=http://h/", "a").exitsWith(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: connection string: no key (expected: ");
    }

    @Test
    void bothSidesSpeakTlsToARelayWhoseAuthorityTheyAreTold() throws Exception {
        try (Listening _ = new Listening("listen", overTls(), "sealed", "--echo", "--cacert", authority)) {
            user.feeds(input("ahoy"))
                    .types("send", overTls(), "sealed", "--cacert", authority)
                    .exitsWith(ExitCode.DONE);
        }
        assertThat(user.out().strip()).isEqualTo("ahoy");
    }

    @Test
    void relayWhoseCertificateIsNotTrustedIsToldAsSuch() {
        user.feeds(input("ahoy")).types("send", overTls(), "sealed").exitsWith(ExitCode.FAILED);

        assertThat(user.err())
                .contains("its certificate is not trusted here")
                .contains("--cacert")
                .doesNotContain("PKIX");
    }

    @Test
    void authorityThatIsNoCertificateIsMisuse(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("ca.pem"), "none");

        user.types("send", overTls(), "sealed", "--cacert", file.toString()).exitsWith(ExitCode.USAGE);

        assertThat(user.err()).contains("--cacert: " + file + " (expected: a PEM file with certificates");
    }

    /** The first relay is a process of its own: what happens to its sockets then is what users see. */
    @Test
    void lossOfTheRelayAndTheReturnAreTold(@TempDir Path folder) throws Exception {
        Process first = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve",
                        "--set=dataDirectory=" + folder,
                        "--set=listen.0.address=127.0.0.1:0",
                        "--set=listen.1.address=localhost:0",
                        "--set=management.address=127.0.0.1:0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String ready = first.inputReader()
                    .lines()
                    .filter(line -> line.startsWith("fairlead ready"))
                    .findFirst()
                    .orElseThrow();
            String port = ready.replaceFirst(".*relay http://127\\.0\\.0\\.1:(\\d+) .*", "$1");
            String own =
                    Files.readString(folder.resolve("connection-string-plain")).strip();
            try (Listening listening = new Listening("listen", own, "back", "--echo")) {
                first.destroy();
                assertThat(first.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                listening.tells("fairlead: not online: back: the relay closed the control channel: 1001");
                try (FairleadServer second = start(folder, port)) {
                    listening.tells("fairlead: online");
                    user.feeds(input("ahoy")).types("send", own, "back").exitsWith(ExitCode.DONE);
                    assertThat(user.out().strip()).isEqualTo("ahoy");
                    assertThat(second.relayAddresses()).hasSize(2);
                }
            }
        } finally {
            first.destroyForcibly();
        }
    }
}
