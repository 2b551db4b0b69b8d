// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Time that stands still until a test lets it pass. Runs what was scheduled when its time has come, in order, and is the
 * clock on the wall as well, which can be set without time passing.
 */
public final class FakeTime implements InstantSource {

    /** What the clock on the wall shows at first. */
    public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final Queue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::due).thenComparingLong(Timer::number));
    private Duration passed = Duration.ZERO;
    private Instant wall = START;
    private long count;

    private record Timer(Duration due, long number, Runnable task) {}

    /** Runs a task when that much time has passed. */
    public Cancellable schedule(Duration delay, Runnable task) {
        Timer timer = new Timer(passed.plus(delay), count++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /** Lets time pass. */
    public void passes(Duration time) {
        Duration end = passed.plus(time);
        for (Timer next = timers.peek(); next != null && next.due().compareTo(end) <= 0; next = timers.peek()) {
            timers.remove();
            moveTo(next.due());
            next.task().run();
        }
        moveTo(end);
    }

    private void moveTo(Duration later) {
        wall = wall.plus(later.minus(passed));
        passed = later;
    }

    /** Somebody sets the clock on the wall; timers run on as before. */
    public void clockIsSet(Duration forward) {
        wall = wall.plus(forward);
    }

    /** {@return how many timers wait for their time} */
    public int timers() {
        return timers.size();
    }

    @Override
    public Instant instant() {
        return wall;
    }
}
