// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes lines whose peers take longer than they may, be it to read, to write or to say hello. Looks four times a second.
 * Safe from any thread.
 */
final class Overdue implements AutoCloseable {

    private static final long PAUSE_NANOS = 250_000_000;

    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::run, "fairlead-bus-pyro-overdue");
    private volatile boolean closed;

    Overdue() {
        thread.setDaemon(true);
        thread.start();
    }

    void watch(Line line) {
        lines.add(line);
    }

    void forget(Line line) {
        lines.remove(line);
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(PAUSE_NANOS);
            for (Line line : lines) {
                line.closeIfOverdue(System.nanoTime());
            }
        }
    }

    /** Closes all lines. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        lines.forEach(Line::close);
    }
}
