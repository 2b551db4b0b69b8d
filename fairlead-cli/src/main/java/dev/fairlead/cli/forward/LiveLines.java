// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One line for each forward at the foot of a terminal, written anew twice a second. Safe from any thread. */
public final class LiveLines implements Witness, AutoCloseable {

    private static final long PERIOD_MILLIS = 500;
    private static final String UP_AND_CLEAR = "\u001b[1A\u001b[2K";

    private final PrintWriter terminal;
    private final List<Traffic> forwards;
    private final int width;
    private final ReentrantLock lock = new ReentrantLock();
    private int drawn;
    private boolean closed;
    private @Nullable ScheduledExecutorService clock;

    /**
     * Draws nothing yet.
     *
     * @param width of the terminal, in characters
     */
    public LiveLines(PrintWriter terminal, List<Traffic> forwards, int width) {
        this.terminal = terminal;
        this.forwards = List.copyOf(forwards);
        this.width = width;
    }

    /** Draws from now on. */
    public void start() {
        ScheduledExecutorService drawing = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("fairlead-live-lines").factory());
        clock = drawing;
        var _ = drawing.scheduleAtFixedRate(this::draw, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Shows how the forwards stand now. */
    void draw() {
        with("");
    }

    /** The counters tell of it. */
    @Override
    public void event(String line) {}

    @Override
    public void trouble(String line) {
        with(line + System.lineSeparator());
    }

    /** Draws a last time; what stands there stays. */
    @Override
    public void close() {
        draw();
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        ScheduledExecutorService drawing = clock;
        if (drawing != null) {
            drawing.shutdownNow();
        }
    }

    private void with(String above) {
        lock.lock();
        try {
            StringBuilder text = new StringBuilder();
            if (closed) {
                text.append(above);
            } else {
                text.append(UP_AND_CLEAR.repeat(drawn)).append(above);
                forwards.forEach(forward -> text.append(forward.line(width)).append(System.lineSeparator()));
                drawn = forwards.size();
            }
            terminal.print(text);
            terminal.flush();
        } finally {
            lock.unlock();
        }
    }
}
