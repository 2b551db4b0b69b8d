// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.SharedAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server as a process of its own, which can be killed and started again on the same port. Hybrid connections come to be
 * with their first listener. Belongs to the test's thread.
 */
public final class ServerProcess implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("fairlead ready: relay http://127\\.0\\.0\\.1:(\\d+), management (http://\\S+)");

    private static final String KEY_NAME = "root";
    /** The key of the rule with all rights, {@code root}. */
    public static final String KEY = "key of the process";

    private final Path home;
    private final List<String> javaOptions;
    private final UnaryOperator<ForeignProgram.Plan> changes;
    private final List<String> settings;
    private int port;
    private URI management = URI.create("http://127.0.0.1");
    private ForeignProgram program;

    /** Starts it on free ports. */
    public ServerProcess(Path home, String... settings) {
        this(home, List.of(), plan -> plan, settings);
    }

    /**
     * Starts it on free ports.
     *
     * @param javaOptions more options for the JVM
     * @param changes what else is to be said of how it runs
     */
    public ServerProcess(
            Path home, List<String> javaOptions, UnaryOperator<ForeignProgram.Plan> changes, String... settings) {
        this.home = home;
        this.javaOptions = List.copyOf(javaOptions);
        this.changes = changes;
        this.settings = List.of(settings);
        this.program = launch();
        awaitReady();
    }

    private ForeignProgram launch() {
        Path file = home.resolve("fairlead.yaml");
        try {
            Files.writeString(file, """
                    namespace: localhost
                    dataDirectory: "%s"
                    listen:
                      - address: 127.0.0.1:%d
                    management:
                      address: 127.0.0.1:0
                    keys:
                      - {name: %s, primaryKey: "%s", rights: [Listen, Send, Manage]}
                    relay:
                      createOnListen: true
                    """.formatted(home, port, KEY_NAME, KEY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> words = new ArrayList<>(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", // it lives for seconds, and most of them are its start
                "--sun-misc-unsafe-memory-access=allow"));
        words.addAll(javaOptions);
        words.addAll(List.of("dev.fairlead.cli.Main", "serve", "-c", file.toString()));
        settings.forEach(setting -> words.addAll(List.of("--set", setting)));
        return changes.apply(ForeignProgram.running(
                                Path.of(System.getProperty("java.home"), "bin", "java"), words.toArray(String[]::new))
                        .in(home))
                .start();
    }

    private void awaitReady() {
        String line = program.prints("fairlead ready");
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            throw new AssertionError(line + " (expected: " + READY + ")");
        }
        port = Integer.parseInt(ready.group(1));
        management = URI.create(ready.group(2));
    }

    /** Kills it as {@code kill -9} does. */
    public void isKilled() {
        program.close();
    }

    /** Starts it again on the same port, and returns once it accepts connections. */
    public void startsAgain() {
        program = launch();
        awaitReady();
    }

    /** Tells it to stop, as {@code kill} does. */
    public ForeignProgram isToldToStop() {
        program.handle().destroy();
        return program;
    }

    /** {@return where listeners and senders connect} */
    public URI uri() {
        return URI.create("ws://127.0.0.1:" + port);
    }

    /** {@return a connection string of the rule with all rights} */
    public String connectionString() {
        return "Endpoint=http://127.0.0.1:" + port + "/;SharedAccessKeyName=" + KEY_NAME + ";SharedAccessKey=" + KEY;
    }

    /** A token for everything, good for an hour. */
    public String token() {
        return SharedAccess.token(
                "http://localhost/", KEY_NAME, KEY, Instant.now().plus(Duration.ofHours(1)));
    }

    /** {@return a listener of {@code path} that is not online yet} */
    public ListenerDriver listener(String path) {
        return new ListenerDriver(uri(), path, token());
    }

    /** {@return a sender to {@code path} that has not asked yet} */
    public SenderDriver sender(String path) {
        return new SenderDriver(uri(), path, token());
    }

    /** {@return the answer of the management to a request} */
    public String management(Handshake request) {
        try (RawWebSocket socket = RawWebSocket.dial(management)) {
            ResponseHead head = socket.asks(request);
            return head + socket.readsBody(head);
        }
    }

    /** {@return whether it runs} */
    public boolean isRunning() {
        return program.handle().isAlive();
    }

    /** {@return everything that it printed so far, its standard error with it unless that goes elsewhere} */
    public List<String> log() {
        return program.log();
    }

    /** {@return what {@code /metrics} says of a meter without labels} */
    public double meter(String name) {
        try (RawWebSocket socket = RawWebSocket.dial(management)) {
            return socket.readsBody(socket.asks(Handshake.plain("/metrics")))
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("/metrics has no " + name));
        }
    }

    /** Asks until a meter has this value. */
    public void untilMeter(String name, double value) {
        long end = System.nanoTime() + Patience.LIMIT.toNanos();
        for (double seen = meter(name); seen != value; seen = meter(name)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(name + " is " + seen + " (expected: " + value + ")");
            }
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
