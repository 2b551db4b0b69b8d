// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.management.health;

/**
 * Whether the server should get traffic: from the moment that its ports are open until it begins to stop. That it lives
 * needs no bookkeeping: a process that answers does. Safe from any thread.
 */
public final class Health {

    private volatile String state = "starting";

    /** The ports are open. */
    public void ready() {
        state = "ready";
    }

    /** The server goes down: what is joined may end, nobody new is taken. */
    public void draining() {
        state = "draining";
    }

    /** {@return whether it should get traffic} */
    public boolean isReady() {
        return state.equals("ready");
    }

    /** {@return starting, ready or draining} */
    public String state() {
        return state;
    }
}
