// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls every connection of an event loop once in each interval, a few at a time, so that thousands of pings do not go
 * out in one moment. One timer for all of them. Confined to its loop.
 */
public final class Heartbeats implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Heartbeats.class);

    private static final int SLOTS = 32;

    /** What is called once in each interval, from {@link #start} until {@link #stop()}. */
    abstract static class Heartbeat {

        // A ring of one is a heartbeat that is not started.
        Heartbeat before = this;
        Heartbeat after = this;

        /** An interval is over. */
        abstract void beat();

        /** Is called no more; without effect the second time. */
        final void stop() {
            before.after = after;
            after.before = before;
            before = this;
            after = this;
        }

        final void joinBefore(Heartbeat ring) {
            before = ring.before;
            after = ring;
            before.after = this;
            ring.before = this;
        }
    }

    /** Where the ring of a slot begins and ends. */
    private static final class Ring extends Heartbeat {
        @Override
        void beat() {}
    }

    private final EventExecutor loop;
    private final Duration interval;
    private final Ring[] slots;
    private int now;
    private @Nullable Future<?> timer;

    /**
     * Beats on that loop.
     *
     * @param interval between two beats of one connection; 1 ms or more
     */
    public Heartbeats(EventExecutor loop, Duration interval) {
        this(loop, interval, SLOTS);
    }

    /**
     * Beats on that loop.
     *
     * @param interval between two beats of one connection; 1 ms or more
     * @param slots into how many parts the interval is cut: one for beats that cost next to nothing, since each is a timer
     */
    Heartbeats(EventExecutor loop, Duration interval, int slots) {
        this.loop = loop;
        this.interval = interval;
        this.slots = new Ring[slots];
        for (int i = 0; i < slots; i++) {
            this.slots[i] = new Ring();
        }
    }

    /** Enters a connection; its first beat comes after one interval. */
    void start(Heartbeat heartbeat) {
        if (timer == null) {
            long tick = Math.max(1, interval.toNanos() / slots.length);
            timer = loop.scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.NANOSECONDS);
        }
        heartbeat.joinBefore(slots[now]);
    }

    private void tick() {
        now = (now + 1) % slots.length;
        Ring slot = slots[now];
        Ring due = new Ring();
        due.joinBefore(slot);
        slot.stop();
        // A beat may end any connection, its own and its partner's: so each is taken from what is left.
        while (due.after != due) {
            Heartbeat next = due.after;
            next.stop();
            next.joinBefore(slot);
            try {
                next.beat();
            } catch (RuntimeException fault) {
                // A timer whose task fails is not run again: one fault would silence all pings of the loop.
                LOGGER.atError().setCause(fault).log("a heartbeat met a fault");
            }
        }
    }

    /** {@return the interval between two beats of one connection} */
    Duration interval() {
        return interval;
    }

    /** Ends the timer. On the loop. */
    @Override
    public void close() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
