// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import java.time.Duration;

/**
 * How long messages wait that nobody wants yet, and how many.
 *
 * @param time how long; 0 to 1 h, 30 s unless told
 * @param messages how many at once; 0 to 1,000,000, 1,000 unless told. Their contents take at most 16 Mi characters in all
 */
public record HeldTerms(Duration time, int messages) {

    /** What is so unless told otherwise. */
    public static final HeldTerms DEFAULT = new HeldTerms(Duration.ofSeconds(30), 1_000);

    /** How many characters the contents of waiting messages take at most. */
    public static final long MOST_CHARACTERS = 16L << 20;

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public HeldTerms {
        if (time.isNegative() || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("time: " + time + " (expected: 0 to 1 h)");
        }
        if (messages < 0 || messages > 1_000_000) {
            throw new IllegalArgumentException("messages: " + messages + " (expected: 0 to 1,000,000)");
        }
    }
}
