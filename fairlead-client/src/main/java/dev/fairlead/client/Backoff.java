// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * How long a listener waits before it tries again: any time between nothing and a ceiling that rises with each failure, so
 * that listeners that lost one relay together return as far apart as they can ("full jitter").
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
     * @param chance from 0 to 1, each as likely
     */
    Backoff(Duration longest, DoubleSupplier chance) {
        this.longest = longest;
        this.chance = chance;
    }

    /**
     * {@return the wait before a try: uniform between nothing and the ceiling}
     *
     * @param attempt from 1
     */
    Duration delay(int attempt) {
        return Duration.ofNanos((long) (Deadlines.nanos(ceiling(attempt)) * chance.getAsDouble()));
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
