// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.launcher.Checkout;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.SharedAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server that was started by the launcher, with short time-outs, so that whoever vanished is soon found, and every
 * buffer watched. Its log goes to a file.
 */
final class SoakedServer implements AutoCloseable {

    private static final String ROOT = "RootManageSharedAccessKey";
    private static final String KEY = "a key for a soak";

    /** Peers that vanish are found after two pings, and one that said Close may wait a minute for the other's. */
    private static final Duration REST = Duration.ofSeconds(90);

    private static final List<String> VISITORS =
            List.of("fairlead_relay_senders_waiting", "fairlead_relay_pairs", "fairlead_relay_listeners");

    /** Netty takes its buffers from the JVM, which counts them; a leak in the heap shows as an end, too. */
    private static final String OPTIONS =
            "-Xmx256m -Dio.netty.maxDirectMemory=0 -Dio.netty.leakDetection.level=paranoid";

    private final Process process;
    private final Path log;
    private final URI relay;
    private final URI management;

    /** Starts it, in an empty folder; returns when it is ready. */
    SoakedServer(Path home, Path log) {
        this.log = log;
        try {
            Path file = home.resolve("fairlead.yaml");
            Files.writeString(file, """
                    dataDirectory: "%s"
                    drainTimeout: 1s
                    listen: [{address: "127.0.0.1:0"}]
                    management: {address: "127.0.0.1:0"}
                    limits: {handshakeTimeout: 2s}
                    keys: [{name: %s, primaryKey: "%s", rights: [Listen, Send, Manage]}]
                    relay: {createOnListen: true, acceptTimeout: 1s, pingInterval: 1s, tokenGrace: 1s}
                    """.formatted(home.resolve("data"), ROOT, KEY));
            ProcessBuilder builder = new ProcessBuilder(
                            new Checkout(home).bringsBuild().launcher().toString(), "serve", "-c", file.toString())
                    .directory(home.toFile())
                    .redirectError(log.toFile());
            builder.environment().put("FAIRLEAD_JAVA_OPTS", OPTIONS);
            process = builder.start();
            String ready = ready();
            relay = URI.create("ws://" + found(ready, "relay http://([0-9.:]+)"));
            management = URI.create("http://" + found(ready, "management http://([0-9.:]+)"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String ready() throws IOException {
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("fairlead ready")) {
                return line;
            }
        }
        throw new AssertionError("the server does not start: " + Files.readString(log));
    }

    private static String found(String line, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(line);
        assertThat(matcher.find()).as(line).isTrue();
        return matcher.group(1);
    }

    /** {@return where listeners and senders connect} */
    URI relay() {
        return relay;
    }

    /** {@return a token for the whole namespace that ends after {@code life}} */
    static String token(Duration life) {
        return SharedAccess.token("http://localhost/", ROOT, KEY, Instant.now().plus(life));
    }

    /** {@return a token that somebody else's key has signed} */
    static String forgedToken() {
        return SharedAccess.token(
                "http://localhost/", ROOT, "another key", Instant.now().plusSeconds(60));
    }

    /** Waits until the server holds nobody any more, and fails if somebody stays. */
    void comesToRest() {
        long deadline = System.nanoTime() + REST.toNanos();
        while (!rests(page())) {
            assertThat(process.isAlive()).as(() -> tail()).isTrue();
            if (System.nanoTime() > deadline) {
                throw new AssertionError("somebody stays though everyone has left: "
                        + page().lines()
                                .filter(line -> line.startsWith("fairlead_relay") || line.startsWith("fairlead_conn"))
                                .toList());
            }
        }
    }

    private static boolean rests(String page) {
        // The page is asked for over a connection of its own.
        return meter(page, "fairlead_connections_open ") == 1
                && VISITORS.stream().allMatch(name -> meter(page, name + " ") == 0);
    }

    /** {@return what it holds, after a full collection} */
    Reading reading() {
        collect();
        page(); // the leak detector tells of what was collected when the next buffer is taken
        collect();
        String page = page();
        return new Reading(
                meter(page, "jvm_memory_used_bytes{area=\"heap\""),
                meter(page, "jvm_buffer_memory_used_bytes{id=\"direct\""),
                meter(page, "jvm_threads_live_threads"),
                meter(page, "process_files_open_files"));
    }

    private void collect() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try (ForeignProgram collection = ForeignProgram.running(jcmd, String.valueOf(process.pid()), "GC.run")
                .start()) {
            assertThat(collection.exits())
                    .as(() -> String.join("\n", collection.log()))
                    .isZero();
        }
    }

    private String page() {
        try (RawWebSocket socket = RawWebSocket.dial(management)) {
            String page = socket.readsBody(socket.asks(Handshake.plain("/metrics")));
            socket.readsEnd(); // so that the next page does not count this connection
            return page;
        }
    }

    /** {@return the sum of the meters whose lines begin so} */
    private static long meter(String page, String beginning) {
        List<String> lines =
                page.lines().filter(line -> line.startsWith(beginning)).toList();
        assertThat(lines).as("meters that begin with %s", beginning).isNotEmpty();
        return (long) lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Fails if the log tells of a fault or a leak. */
    void hasNothingToComplainOf() {
        try (Stream<String> lines = Files.lines(log)) {
            assertThat(lines.filter(line ->
                                    line.contains(" ERROR ") || line.contains("LEAK:") || line.contains("Exception"))
                            .limit(20))
                    .as("faults and leaks in %s", log)
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it in order, and fails unless it ends so. */
    void stops() {
        process.destroy();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(() -> tail()).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the server stops", e);
        }
        assertThat(process.exitValue()).as(() -> tail()).isZero();
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it at once, if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
