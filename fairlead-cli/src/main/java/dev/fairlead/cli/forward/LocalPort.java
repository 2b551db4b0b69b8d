// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelaySender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A bound port, whose connections go to whoever listens on a hybrid connection. Safe from any thread. */
public final class LocalPort implements AutoCloseable {

    private static final int BACKLOG = 512;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final LocalForward forward;
    private final ServerSocket server;
    private final Traffic traffic;

    private LocalPort(LocalForward forward, ServerSocket server) {
        this.forward = forward;
        this.server = server;
        this.traffic = new Traffic(this + " → " + forward.path() + "/" + forward.portName(), "ready", true);
    }

    /**
     * {@return a port that takes connections, and lets them wait}
     *
     * @throws IOException if it cannot be bound
     */
    public static LocalPort bind(LocalForward forward) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address(forward), BACKLOG);
            return new LocalPort(forward, server);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private static InetSocketAddress address(LocalForward forward) throws IOException {
        String host = forward.host();
        if (host == null) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), forward.port());
        }
        return host.equals("*")
                ? new InetSocketAddress(forward.port())
                : new InetSocketAddress(InetAddress.getByName(host), forward.port());
    }

    /** {@return what goes over it} */
    public Traffic traffic() {
        return traffic;
    }

    /**
     * Serves connections from now on.
     *
     * @param words what a failure to connect means to the user
     */
    public void serve(
            RelaySender sender, Witness witness, OpenConnections open, Function<RelayException, String> words) {
        var _ = Thread.ofVirtual().name("fairlead-port").start(() -> accept(sender, witness, open, words));
    }

    private void accept(
            RelaySender sender, Witness witness, OpenConnections open, Function<RelayException, String> words) {
        while (!server.isClosed()) {
            try {
                connect(server.accept(), sender, witness, open, words);
            } catch (IOException e) {
                if (!server.isClosed()) {
                    // no file for one more: some may be closed soon
                    witness.trouble(this + ": " + e.getMessage());
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
    }

    private void connect(
            Socket socket,
            RelaySender sender,
            Witness witness,
            OpenConnections open,
            Function<RelayException, String> words)
            throws IOException {
        socket.setTcpNoDelay(true);
        LocalEnd end = new LocalEnd.OfSocket(socket);
        String name = this + " from " + printed((InetSocketAddress) socket.getRemoteSocketAddress());
        SenderSide side = new SenderSide(name, forward.portName(), end, traffic, witness, open);
        var _ = sender.connect(side).handle((connection, failure) -> {
            if (failure == null) {
                traffic.enter("ready");
            } else {
                end.abort();
                traffic.enter("failing");
                witness.trouble(name + ": " + said(failure, words));
            }
            return connection;
        });
    }

    private static String said(Throwable failure, Function<RelayException, String> words) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RelayException known ? words.apply(known) : cause.toString();
    }

    private static String printed(@Nullable InetSocketAddress peer) {
        return peer == null ? "a client that left" : peer.getHostString() + ":" + peer.getPort();
    }

    /** Takes no connections any more; those that stand go on. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException _) {
            // closed is what it is
        }
    }

    /** {@return where it is bound} */
    @Override
    public String toString() {
        InetAddress address = server.getInetAddress();
        String host = forward.host() == null ? address.getHostAddress() : forward.host();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + server.getLocalPort();
    }
}
