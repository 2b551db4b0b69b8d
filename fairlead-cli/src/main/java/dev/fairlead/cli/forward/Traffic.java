// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What goes over one forward. Safe from any thread. */
public final class Traffic {

    private static final int KIB = 1024;
    private static final int SHORTEST_NAME = 12;

    private final String forward;
    private final boolean countsBytes;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder total = new LongAdder();
    private final LongAdder toRelay = new LongAdder();
    private final LongAdder fromRelay = new LongAdder();
    private volatile String state;

    /**
     * Begins to count.
     *
     * @param forward where from and where to
     * @param state how the forward stands
     * @param countsBytes whether bytes are told
     */
    Traffic(String forward, String state, boolean countsBytes) {
        this.forward = forward;
        this.state = state;
        this.countsBytes = countsBytes;
    }

    /** {@return where from and where to} */
    public String forward() {
        return forward;
    }

    void enter(String now) {
        state = now;
    }

    void opened() {
        open.incrementAndGet();
        total.increment();
    }

    void closed() {
        open.decrementAndGet();
    }

    void toRelay(int bytes) {
        toRelay.add(bytes);
    }

    void fromRelay(int bytes) {
        fromRelay.add(bytes);
    }

    /**
     * {@return one line of what the forward did so far; up is to the relay}
     *
     * @param width of a terminal, in characters; a longer line is cut
     */
    String line(int width) {
        String counted = open + " open, " + total + " total"
                + (countsBytes ? ", " + size(toRelay.sum()) + " up, " + size(fromRelay.sum()) + " down" : "");
        String rest = "  " + state + "  " + counted;
        // what is counted is what changes, so the name gives way to it
        return cut(cut(forward, Math.max(SHORTEST_NAME, width - rest.length())) + rest, width);
    }

    private static String cut(String text, int width) {
        return text.length() > width ? text.substring(0, Math.max(0, width - 1)) + "…" : text;
    }

    /** {@return an amount of bytes in three digits and a unit} */
    static String size(long bytes) {
        if (bytes < KIB) {
            return bytes + " B";
        }
        double amount = bytes;
        int unit = -1;
        while (amount >= KIB) {
            amount /= KIB;
            unit++;
        }
        return String.format(Locale.ROOT, amount < 10 ? "%.2f" : amount < 100 ? "%.1f" : "%.0f", amount) + " "
                + "KMGTPE".charAt(unit) + "iB";
    }
}
