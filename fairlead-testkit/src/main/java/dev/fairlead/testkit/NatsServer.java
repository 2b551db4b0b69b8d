// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A NATS server of the test's own, as Debian packages it: on a free port of the loopback, with its own folder. */
public final class NatsServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    /** Below the ports of outgoing connections, so that none of them takes ours while the server is away. */
    private static final int LOWEST_PORT = 10_000;

    private static final int PORTS = 12_000;

    private final Path folder;
    private final int port;
    private @Nullable ForeignProgram server;

    private NatsServer(String configuration) {
        try {
            folder = Files.createTempDirectory("fairlead-nats");
            port = freePort();
            Files.writeString(folder.resolve("nats.conf"), """
                    host: 127.0.0.1
                    port: %d
                    """.formatted(port) + configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a server that takes connections} */
    public static NatsServer started() {
        return started("");
    }

    /**
     * {@return a server that takes connections}
     *
     * @param configuration what stands in its file besides the address
     */
    public static NatsServer started(String configuration) {
        NatsServer nats = stopped(configuration);
        try {
            nats.start();
            return nats;
        } catch (AssertionError | RuntimeException e) {
            nats.close();
            throw e;
        }
    }

    /**
     * {@return a server that is not started}
     *
     * @param configuration what stands in its file besides the address
     */
    public static NatsServer stopped(String configuration) {
        return new NatsServer(configuration);
    }

    /** Starts it, or starts it again after {@link #kill}: on the same port. */
    public void start() {
        server = ForeignProgram.running(
                        ForeignProgram.find("nats-server", "/usr/sbin/nats-server"),
                        "-c",
                        folder.resolve("nats.conf").toString())
                .in(folder)
                .start();
        String ignored = server.logs("Server is ready", START_LIMIT);
    }

    /** Ends it at once, as a power cut does. */
    public void kill() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    /** {@return its address} */
    public String url() {
        return "nats://127.0.0.1:" + port;
    }

    /** {@return its port} */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int candidate = LOWEST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                if (socket.isBound()) {
                    return candidate;
                }
            } catch (IOException taken) {
                // another one then
            }
        }
        throw new AssertionError("no free port for NATS");
    }
}
