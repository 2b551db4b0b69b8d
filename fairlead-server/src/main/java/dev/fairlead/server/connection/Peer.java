// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.websocket.CloseStatus;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The other end of one connection, from its request on to its end.
 *
 * <p>Every method may be called from any thread. Callbacks and tasks run on the connection's event loop, one at a time;
 * they must not wait.
 */
public interface Peer {

    /** {@return what names the connection in log lines; unique in this process} */
    String id();

    /** {@return where the connection comes from; behind a trusted proxy, what the proxy says} */
    InetSocketAddress remoteAddress();

    /** {@return whether the caller runs on the connection's event loop} */
    boolean inLoop();

    /** Runs a task on the connection's event loop; later, even if the caller is there already. */
    void execute(Runnable task);

    /** Runs a task on the event loop that the connection has now, after a while; also when it is closed by then. */
    Cancellable schedule(Duration delay, Runnable task);

    /**
     * Runs a task once, when the connection is gone for whatever reason; at once if it is gone already. The task is kept
     * until then, unless it is taken back.
     */
    Cancellable onGone(Runnable task);

    /**
     * Sends a text message. Only for a peer that was answered with {@link UpgradeAnswer.Conversing}. A peer that does
     * not read what it is sent is cut off when {@value #MAX_UNREAD_BYTES} bytes wait for it.
     */
    void send(String text);

    /** Sends a Close frame, and closes the connection when the peer has answered it, or after a few seconds. */
    void close(CloseStatus status);

    /** Closes the connection without a Close frame. */
    void abort();

    /** How much may wait for a peer in a conversation before it counts as lost. */
    int MAX_UNREAD_BYTES = 1 << 20;
}
