// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.limits;

import dev.fairlead.system.launcher.Checkout;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
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

/** A relay in a process of its own, started by the launcher, that has less of something than it needs. */
final class RelayProcess implements AutoCloseable {

    private static final String KEY = "a key of all rights";
    private static final Pattern READY =
            Pattern.compile("fairlead ready: relay (http://\\S+), management (http://\\S+)");

    private final ForeignProgram program;
    private final URI uri;
    private final URI management;
    private final List<AutoCloseable> drivers = new ArrayList<>();

    private RelayProcess(ForeignProgram program) {
        this.program = program;
        Matcher ready = READY.matcher(program.prints("fairlead ready"));
        if (!ready.matches()) {
            throw new AssertionError("the ready line names no addresses; " + program.log());
        }
        this.uri = URI.create(ready.group(1));
        this.management = URI.create(ready.group(2));
    }

    /**
     * Starts one.
     *
     * @param home an empty folder
     * @param before a command of the shell, in whose process the relay runs then
     * @param javaOptions more options for the JVM
     * @param settings each {@code key.path=value}
     */
    static RelayProcess start(Path home, String before, String javaOptions, String... settings) {
        Path file = home.resolve("fairlead.yaml");
        try {
            Files.writeString(file, """
                    listen: [{address: 127.0.0.1:0}]
                    management: {address: 127.0.0.1:0}
                    relay: {createOnListen: true}
                    keys: [{name: all, primaryKey: %s, rights: [Listen, Send, Manage]}]
                    """.formatted(KEY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> arguments = new ArrayList<>(List.of(
                "-c",
                before + "; exec \"$0\" \"$@\"",
                new Checkout(home).bringsBuild().launcher().toString(),
                "serve",
                "-c",
                file.toString()));
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        return new RelayProcess(ForeignProgram.running(ForeignProgram.find("sh"), arguments.toArray(String[]::new))
                .in(home)
                .with("FAIRLEAD_JAVA_OPTS", javaOptions)
                .start());
    }

    /** {@return everything that it logged so far} */
    List<String> log() {
        return program.log();
    }

    boolean isRunning() {
        return program.handle().isAlive();
    }

    URI uri() {
        return uri;
    }

    ListenerDriver listener(String path) {
        return remember(new ListenerDriver(uri, path, token(path)));
    }

    SenderDriver sender(String path) {
        return remember(new SenderDriver(uri, path, token(path)));
    }

    HttpSenderDriver http(String path) {
        return remember(new HttpSenderDriver(uri, path, token(path)));
    }

    RawWebSocket socket() {
        return remember(RawWebSocket.dial(uri));
    }

    /** {@return the management's answer} */
    String page(String path) {
        try (RawWebSocket socket = RawWebSocket.dial(management)) {
            return socket.readsBody(socket.asks(Handshake.plain(path)));
        }
    }

    /** {@return what the management tells of a meter, by its name and labels} */
    double meter(String name) {
        return page("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("/metrics has no " + name));
    }

    private static String token(String path) {
        return SharedAccess.token(
                "http://127.0.0.1/" + path, "all", KEY, Instant.now().plus(Duration.ofHours(1)));
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
