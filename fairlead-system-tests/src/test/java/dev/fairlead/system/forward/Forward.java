// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code fairlead forward} as a process of its own. Belongs to the test's thread. */
final class Forward implements AutoCloseable {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private final ForeignProgram program;

    private Forward(ForeignProgram program) {
        this.program = program;
    }

    /** Starts it with the relay's key. */
    static Forward with(RelayUnderTest relay, String... options) {
        return new Forward(plan(relay.connectionString(), options).start());
    }

    static ForeignProgram.Plan plan(String connectionString, String... options) {
        List<String> words = new ArrayList<>(command());
        words.removeFirst();
        words.add("forward");
        words.addAll(Arrays.asList(options));
        return ForeignProgram.running(JAVA, words.toArray(String[]::new))
                .with("FAIRLEAD_CONNECTION_STRING", connectionString);
    }

    private static List<String> command() {
        return List.of(
                JAVA.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1", // it lives for seconds, and most of them are its start
                "dev.fairlead.cli.Main");
    }

    /** {@return a script that is the command line with the relay's key, for programs that start it themselves} */
    static Path script(RelayUnderTest relay, Path folder) {
        Path script = folder.resolve("fairlead");
        try {
            Files.writeString(
                    script,
                    "#!/bin/sh\nFAIRLEAD_CONNECTION_STRING='" + relay.connectionString() + "' exec '"
                            + String.join("' '", command()) + "' \"$@\"\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    /** {@return a port of the loopback that nobody has at the moment} */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the port that the next {@code -L} of the command has got} */
    int port() {
        String line = program.prints("forwarding 127.0.0.1:");
        return Integer.parseInt(line.replaceFirst("forwarding 127\\.0\\.0\\.1:(\\d+) .*", "$1"));
    }

    /** Waits until senders reach what {@code -T} or {@code -H} names for these paths, in whatever order they come. */
    Forward listens(String... paths) {
        Set<String> missing = new HashSet<>(List.of(paths));
        while (!missing.isEmpty()) {
            missing.remove(program.prints("forwarding ").split(" ", -1)[1]);
        }
        return this;
    }

    /** {@return a connection to a port of the loopback} */
    static Socket dials(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Waits for a line with these words. */
    Forward tells(String words) {
        program.logs(words);
        return this;
    }

    /** Tells it to stop, as {@code kill} does. {@return its exit code} */
    int isToldToStop() {
        program.handle().destroy();
        return program.exits();
    }

    /** {@return its exit code, once it ended by itself} */
    int exits() {
        return program.exits();
    }

    @Override
    public void close() {
        program.close();
    }
}
