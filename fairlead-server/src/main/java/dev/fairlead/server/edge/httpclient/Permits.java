// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections all event loops together may still open, and which loops wait to open one. What is given back goes
 * to the loop that has waited longest. Safe from any thread.
 */
final class Permits {

    private final AtomicInteger free;
    private final Queue<LoopPool> waiting = new ConcurrentLinkedQueue<>();

    /** Lets so many connections be open at once; 1 or more. */
    Permits(int mostConnections) {
        this.free = new AtomicInteger(mostConnections);
    }

    /** {@return whether one was free, and is the caller's now} None is, as long as somebody waits. */
    boolean take() {
        return waiting.isEmpty() && takeAny();
    }

    private boolean takeAny() {
        return free.getAndUpdate(n -> n == 0 ? 0 : n - 1) > 0;
    }

    /** Takes one back, and gives it to who waits. */
    void giveBack() {
        free.incrementAndGet();
        settle();
    }

    /** Has a loop wait, one that does not yet; it is {@linkplain LoopPool#grant granted} one when its turn has come. */
    void await(LoopPool pool) {
        waiting.add(pool);
        settle(); // one may have come back a moment before
    }

    private void settle() {
        while (!waiting.isEmpty() && takeAny()) {
            LoopPool next = waiting.poll();
            if (next == null || !next.grant()) {
                free.incrementAndGet();
            }
        }
    }

    /** {@return whether any loop waits} */
    boolean areAwaited() {
        return !waiting.isEmpty();
    }

    /** {@return a loop that waits and should have a connection of this one, the one that has waited longest; null for none} */
    @Nullable
    LoopPool inNeedOf(LoopPool rich) {
        for (LoopPool poor : waiting) {
            if (!poor.equals(rich) && rich.owesTo(poor)) {
                return poor;
            }
        }
        return null;
    }

    /** Takes one back for that loop; another gets it if that one waits no more. */
    void giveTo(LoopPool pool) {
        if (!waiting.remove(pool) || !pool.grant()) {
            giveBack();
        }
    }
}
