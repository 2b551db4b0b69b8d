// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * How long a listener waits before it tries again: a ceiling that rises with each failure, shortened by up to a half at
 * random, so that listeners that lost one relay do not return in one wave, and none is so hasty at first that it has to
 * wait for long in the end.
 */
final class Backoff {

    /** The ceilings of Azure's clients, in seconds; the last one holds from then on. */
    private static final List<Integer> CEILINGS = List.of(0, 1, 2, 5, 10, 30);

    private final Duration longest;
    private final DoubleSupplier chance;

    /**
     * Makes a policy.
     *
     * @param longest bounds every ceiling; the last ceiling, if it is longer than all of them
     * @param chance from 0 to 1
     */
    Backoff(Duration longest, DoubleSupplier chance) {
        this.longest = longest;
        this.chance = chance;
    }

    /**
     * {@return the wait before a try}
     *
     * @param attempt from 1
     */
    Duration delay(int attempt) {
        return Duration.ofNanos((long) (Deadlines.nanos(ceiling(attempt)) * (1 + chance.getAsDouble()) / 2));
    }

    /**
     * {@return the longest wait before a try}
     *
     * @param attempt from 1
     */
    Duration ceiling(int attempt) {
        Duration ceiling = attempt < CEILINGS.size() ? Duration.ofSeconds(CEILINGS.get(attempt - 1)) : longest;
        return ceiling.compareTo(longest) < 0 ? ceiling : longest;
    }
}
