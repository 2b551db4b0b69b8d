// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.io.PrintStream;
import java.time.Duration;

/** Tells what is being measured: one line that is written over, or where nobody watches, a line for each step. */
final class Progress {

    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final boolean live;
    private final long began = System.nanoTime();
    private final Duration expected;
    private String step = "";

    /**
     * Begins to count time.
     *
     * @param live whether {@code out} is a terminal
     */
    Progress(PrintStream out, boolean live, Duration expected) {
        this.out = out;
        this.live = live;
        this.expected = expected;
    }

    /**
     * Says what comes now.
     *
     * @param next the step, of which a terminal that is not watched gets a line
     * @param detail what of the step
     */
    void now(String next, String detail) {
        if (live) {
            out.print(CLEAR + next + ", " + detail + "   " + left());
            out.flush();
        } else if (!next.equals(step)) {
            out.println(next + "   " + left());
        }
        step = next;
    }

    /** Says something that stays. */
    void note(String text) {
        out.println((live ? CLEAR : "") + text);
    }

    /** Ends the line. */
    void done() {
        if (live) {
            out.print(CLEAR);
            out.flush();
        }
    }

    /** {@return how long measuring has gone on} */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private String left() {
        long seconds = Math.max(0, expected.minus(elapsed()).toSeconds());
        return "(about " + text(Duration.ofSeconds(seconds)) + " left)";
    }

    /** {@return a duration in whole minutes, or in seconds where it is short} */
    static String text(Duration time) {
        return time.toSeconds() < 100 ? time.toSeconds() + " s" : Math.round(time.toSeconds() / 60.0) + " min";
    }
}
