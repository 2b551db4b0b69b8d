// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.management.health;

import java.util.List;
import java.util.function.Supplier;

/**
 * Whether the server should get traffic: from the moment that its ports are open until it begins to stop, and not while
 * something that it needs is away. That it lives
 * needs no bookkeeping: a process that answers does. Safe from any thread.
 */
public final class Health {

    /** The state of a server that should get traffic. */
    public static final String READY = "ready";

    private final Supplier<List<String>> troubles;
    private volatile String state = "starting";

    /**
     * Not ready yet.
     *
     * @param troubles what keeps a started server from serving some of its clients, asked each time
     */
    public Health(Supplier<List<String>> troubles) {
        this.troubles = troubles;
    }

    /** The ports are open. */
    public void ready() {
        state = READY;
    }

    /** The server goes down: what is joined may end, nobody new is taken. */
    public void draining() {
        state = "draining";
    }

    /** {@return starting, ready or draining; for a server that would be ready but for troubles, these, one on each line} */
    public String state() {
        String now = state;
        List<String> all = now.equals(READY) ? troubles.get() : List.of();
        return all.isEmpty() ? now : String.join("\n", all);
    }
}
