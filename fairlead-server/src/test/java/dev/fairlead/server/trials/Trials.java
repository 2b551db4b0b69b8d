// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.trials;

import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Tries a law with values drawn at random, others each time. A failure tells the seed that brings it back:
 * {@code -Dfairlead.seed=…} tries that one alone.
 */
public final class Trials {

    /** What holds for all values. */
    @FunctionalInterface
    public interface Law {

        /** Draws values, and throws if the law does not hold for them. */
        void holds(Random random) throws Exception;
    }

    private Trials() {}

    /** Tries a law that many times. */
    public static void of(int count, Law law) {
        Long given = Long.getLong("fairlead.seed");
        for (int i = 0; i < (given == null ? count : 1); i++) {
            long seed = given == null ? RandomGenerator.getDefault().nextLong() : given;
            try {
                law.holds(new Random(seed));
            } catch (Exception | AssertionError failure) {
                throw new AssertionError("-Dfairlead.seed=" + seed + " brings it back: " + failure, failure);
            }
        }
    }

    /** {@return one of these} */
    @SafeVarargs
    public static <T> T oneOf(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** {@return some bytes, at most so many} */
    public static byte[] bytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }
}
