// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that the bodies of all callbacks may take while they are gathered. Safe from any thread. */
final class BodyRoom {

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /**
     * Has all of it free.
     *
     * @param most bytes
     */
    BodyRoom(long most) {
        this.most = most;
    }

    /** {@return room for a quarter of what this JVM's heap may grow to, and for one of the longest bodies at least} */
    static BodyRoom ofHeap(int longest) {
        return new BodyRoom(Math.max(longest, Runtime.getRuntime().maxMemory() / 4));
    }

    /** {@return whether there was that much room; it is taken then} */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= most) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** Gives back what was taken. */
    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** {@return how many bytes are taken} */
    long taken() {
        return taken.get();
    }
}
