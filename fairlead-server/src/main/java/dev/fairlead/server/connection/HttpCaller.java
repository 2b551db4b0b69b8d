// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.util.function.Consumer;

/**
 * Calls one other server over HTTP/1.1, from the server's own event loops and over connections that are kept open. Safe from
 * any thread.
 */
public interface HttpCaller extends AutoCloseable {

    /**
     * Sends one whole request and gathers the whole answer. Redirects are answers like others and never followed. When all
     * connections are taken, the request waits for one, first come, first served; {@link HttpCall#patience()} runs
     * meanwhile. A connection that was kept open and turns out to be closed before a byte of the answer came is replaced by
     * a new one, once, and the request is sent again.
     *
     * @param home on whose event loop the outcome is told; it may be gone by then
     * @param call what is sent
     * @param then told the outcome, once, on the loop that {@code home} has when this is called, and never before this
     *     method returns; not told after a cancellation
     * @return gives the call up: a request that is under way is broken off
     */
    Cancellable call(Connection home, HttpCall call, Consumer<CallOutcome> then);

    /** Closes all connections; calls that are under way, and later ones, fail. */
    @Override
    void close();
}
