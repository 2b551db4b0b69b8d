// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * One connection that somebody opened to the server, as the parts know it.
 *
 * <p>Every method may be called from any thread. Callbacks and tasks run on the connection's event loop, one at a time;
 * they must not wait.
 */
public interface Connection {

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

    /** Closes the connection without another word. */
    void abort();
}
