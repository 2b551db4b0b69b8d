// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server as a process of its own, which can be killed and started again on the same port. Hybrid connections come to be
 * with their first listener. Belongs to the test's thread.
 */
final class ServerProcess implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("fairlead ready: relay http://127\\.0\\.0\\.1:(\\d+), management (http://\\S+)");

    private static final String KEY_NAME = "root";
    private static final String KEY = "key of the process";

    private final Path home;
    private final List<String> settings;
    private int port;
    private URI management = URI.create("http://127.0.0.1");
    private ForeignProgram program;

    /** Starts it on free ports. */
    ServerProcess(Path home, String... settings) {
        this.home = home;
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
                "--sun-misc-unsafe-memory-access=allow",
                "dev.fairlead.cli.Main",
                "serve",
                "-c",
                file.toString()));
        settings.forEach(setting -> words.addAll(List.of("--set", setting)));
        return ForeignProgram.running(
                        Path.of(System.getProperty("java.home"), "bin", "java"), words.toArray(String[]::new))
                .in(home)
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
    void isKilled() {
        program.close();
    }

    /** Starts it again on the same port, and returns once it accepts connections. */
    void startsAgain() {
        program = launch();
        awaitReady();
    }

    /** Tells it to stop, as {@code kill} does. */
    ForeignProgram isToldToStop() {
        program.handle().destroy();
        return program;
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + port);
    }

    String connectionString() {
        return "Endpoint=http://127.0.0.1:" + port + "/;SharedAccessKeyName=" + KEY_NAME + ";SharedAccessKey=" + KEY;
    }

    /** A token for everything, good for an hour. */
    String token() {
        return SharedAccess.token(
                "http://localhost/", KEY_NAME, KEY, Instant.now().plus(Duration.ofHours(1)));
    }

    /** {@return what {@code /metrics} says of a meter without labels} */
    double meter(String name) {
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
    void untilMeter(String name, double value) {
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
