// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, whose file is edited while it runs. Belongs to the test's thread. */
final class EditedServer implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("fairlead ready: relay http://127\\.0\\.0\\.1:(\\d+), management (http://\\S+)");

    private static final String ADDRESSES = """
            listen: [{address: 127.0.0.1:0}]
            management: {address: 127.0.0.1:0}
            """;

    private final Path file;
    private final ForeignProgram program;
    private final URI uri;
    private final URI management;
    private final List<AutoCloseable> drivers = new ArrayList<>();

    /**
     * Starts it.
     *
     * @param yaml what stands in the file from line 3 on, behind the addresses
     */
    EditedServer(Path home, String yaml) {
        this.file = home.resolve("fairlead.yaml");
        isEdited(yaml);
        this.program = ForeignProgram.running(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1", // it lives for seconds, and most of them are its start
                        "--sun-misc-unsafe-memory-access=allow",
                        "dev.fairlead.cli.Main",
                        "serve",
                        "-c",
                        file.toString(),
                        "--set",
                        "dataDirectory=" + home)
                .in(home)
                .start();
        Matcher ready = READY.matcher(program.prints("fairlead ready"));
        if (!ready.matches()) {
            throw new AssertionError("the ready line names no addresses; " + program.log());
        }
        this.uri = URI.create("ws://127.0.0.1:" + ready.group(1));
        this.management = URI.create(ready.group(2));
    }

    /** Somebody saves another text, and tells nobody. */
    EditedServer isEdited(String yaml) {
        try {
            Files.writeString(file, ADDRESSES + yaml);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Is told by SIGHUP to read its file. */
    EditedServer isToldToReload() {
        String command = "kill -HUP " + program.handle().pid();
        try (ForeignProgram kill =
                ForeignProgram.running(ForeignProgram.find("sh"), "-c", command).start()) {
            assertThat(kill.exits()).isZero();
        }
        return this;
    }

    /** Reads another text, and returns when it holds. */
    EditedServer reloads(String yaml) {
        isEdited(yaml).isToldToReload().logs("configuration read again");
        return this;
    }

    /** {@return the next line of its log that has this in it} */
    String logs(String part) {
        return program.logs(part);
    }

    boolean isRunning() {
        return program.handle().isAlive();
    }

    /** {@return a listener whose token the key signed} */
    ListenerDriver listener(String path, String rule, String key) {
        return remember(new ListenerDriver(uri, path, token(rule, key)));
    }

    /** {@return a sender whose token the key signed} */
    SenderDriver sender(String path, String rule, String key) {
        return remember(new SenderDriver(uri, path, token(rule, key)));
    }

    /** {@return a token for the whole namespace} */
    static String token(String rule, String key) {
        return SharedAccess.token("http://localhost/", rule, key, Instant.now().plus(Duration.ofHours(1)));
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

    private <T extends AutoCloseable> T remember(T driver) {
        drivers.add(driver);
        return driver;
    }

    @Override
    public void close() {
        try {
            for (AutoCloseable driver : drivers) {
                driver.close();
            }
        } catch (Exception e) {
            throw new AssertionError("a driver does not close", e);
        } finally {
            program.close();
        }
    }
}
