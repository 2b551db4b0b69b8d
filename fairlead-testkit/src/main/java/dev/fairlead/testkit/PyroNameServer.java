// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A Pyro4 name server of the test's own, of Debian's {@code python3-pyro4}, on a free port of the loopback; and programs in
 * Python that use the same serializer. Whoever starts it closes it; the programs are closed by who starts them.
 */
public final class PyroNameServer implements AutoCloseable {

    /** Below the ports that the kernel gives to outgoing connections, so that none of them takes ours while it is down. */
    private static final int LOWEST_PORT = 10_000;

    private static final int PORTS = 22_000;

    private final String serializer;
    private final Path python;
    private int port;
    private @Nullable ForeignProgram server;

    private PyroNameServer(String serializer) {
        this.serializer = serializer;
        this.python = ForeignProgram.find(PyroNameServer::hasPyro, "/usr/bin/python3", "python3");
    }

    /**
     * {@return a name server that answers}
     *
     * @param serializer {@code pickle} or {@code serpent}: the one that it speaks and takes
     */
    public static PyroNameServer started(String serializer) {
        PyroNameServer names = new PyroNameServer(serializer);
        names.port = freePort();
        names.start();
        return names;
    }

    /** Starts it again after {@link #kill}, on the same port; it has forgotten all names. */
    public void start() {
        server = run(List.of("-m", "Pyro4.naming", "-n", "localhost", "-p", String.valueOf(port), "-x"));
        String ignored = server.prints("NS running on");
    }

    /** Ends it at once, as a power cut does. */
    public void kill() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    /**
     * Starts a program that is told the name server's port first, and waits for its line {@code ready}.
     *
     * @param script a file
     */
    public ForeignProgram python(Path script, String... arguments) {
        List<String> words = new ArrayList<>(List.of(script.toString(), String.valueOf(port)));
        words.addAll(List.of(arguments));
        ForeignProgram program = run(words);
        String ignored = program.prints("ready");
        return program;
    }

    private ForeignProgram run(List<String> words) {
        List<String> all = new ArrayList<>(List.of("-u"));
        all.addAll(words);
        return ForeignProgram.running(python, all.toArray(String[]::new))
                .with("PYRO_SERIALIZER", serializer)
                .with("PYRO_SERIALIZERS_ACCEPTED", serializer)
                .with("PYTHONDONTWRITEBYTECODE", "1")
                .start();
    }

    /** {@return the port, of {@code localhost}} */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        kill();
    }

    private static boolean hasPyro(Path python) {
        try {
            return new ProcessBuilder(python.toString(), "-c", "import Pyro4, serpent")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static int freePort() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int candidate = LOWEST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new AssertionError("no free port for a Pyro name server");
    }

    private static boolean isFree(int candidate) {
        try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
