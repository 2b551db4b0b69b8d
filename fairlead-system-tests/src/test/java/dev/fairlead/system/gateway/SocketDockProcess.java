// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RecordingBackend;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code fairlead socketdock} as a process of its own, on a free port. Belongs to the test's thread. */
final class SocketDockProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("fairlead ready: socketdock (http://127\\.0\\.0\\.1:\\d+)");

    private final ForeignProgram program;
    private final URI address;

    /** Starts it with these options. */
    SocketDockProcess(Path home, String... options) {
        List<String> words = new ArrayList<>(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", // it lives for seconds, and most of them are its start
                "--sun-misc-unsafe-memory-access=allow",
                "dev.fairlead.cli.Main",
                "socketdock",
                "--bindport",
                "0",
                "--data-directory",
                home.toString()));
        words.addAll(List.of(options));
        program = ForeignProgram.running(
                        Path.of(System.getProperty("java.home"), "bin", "java"), words.toArray(String[]::new))
                .in(home)
                .start();
        String line = program.prints("fairlead ready");
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            throw new AssertionError(line + " (expected: " + READY + ")");
        }
        address = URI.create(ready.group(1));
    }

    /** Starts it in front of a backend. */
    static SocketDockProcess before(RecordingBackend backend, Path home) {
        return new SocketDockProcess(
                home,
                "--backend",
                "http",
                "--connect-uri",
                backend.uri("/connect").toString(),
                "--message-uri",
                backend.uri("/message").toString(),
                "--disconnect-uri",
                backend.uri("/disconnect").toString());
    }

    /** {@return where it is} */
    URI address() {
        return address;
    }

    /** {@return a client that was let in} */
    RawWebSocket client() {
        return RawWebSocket.dial(address).upgrades(Handshake.to("/ws"));
    }

    /** {@return the process} */
    ForeignProgram program() {
        return program;
    }

    @Override
    public void close() {
        program.close();
    }
}
