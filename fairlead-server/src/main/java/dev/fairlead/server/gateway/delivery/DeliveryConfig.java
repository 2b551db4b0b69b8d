// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.time.Duration;

/**
 * How messages come to a backend.
 *
 * @param window how many messages of one session may be in the backend's hands at once; 1 to 1000, 1 unless told. With more
 *     than one, a message that is told again may come behind later ones
 * @param giveUpAfter how long what was not taken is told again, from the first failure on; then the session is closed with
 *     1013; 0 s to 1 d, 2 min unless told
 * @param firstPause before it is told for the second time; each further pause is twice as long, all shortened by up to a
 *     half at random; 1 ms to 1 min, 100 ms unless told
 * @param longestPause what the pauses rise to; 1 ms to 10 min, 5 s unless told
 * @param setAsideAfter after how many failures in a row, of whatever sessions, a backend is asked by one session at a time;
 *     1 to 1000, 10 unless told
 */
public record DeliveryConfig(
        int window, Duration giveUpAfter, Duration firstPause, Duration longestPause, int setAsideAfter) {

    /** What an absent section means. */
    public static final DeliveryConfig DEFAULT =
            new DeliveryConfig(1, Duration.ofMinutes(2), Duration.ofMillis(100), Duration.ofSeconds(5), 10);

    /** Reads the section. */
    public static DeliveryConfig read(Section in) {
        DeliveryConfig config = new DeliveryConfig(
                in.integer(
                        "window",
                        "how many messages of one session may be in the backend's hands at once; with more than one, a "
                                + "message that is told again may come behind later ones",
                        DEFAULT.window,
                        Range.of(1, 1000)),
                in.duration(
                        "giveUpAfter",
                        "how long what was not taken is told again; then the session is closed with 1013, and a dead letter "
                                + "written",
                        DEFAULT.giveUpAfter,
                        Range.of(Duration.ZERO, Duration.ofDays(1))),
                in.duration(
                        "firstPause",
                        "before it is told for the second time; each further pause is twice as long",
                        DEFAULT.firstPause,
                        Range.of(Duration.ofMillis(1), Duration.ofMinutes(1))),
                in.duration(
                        "longestPause",
                        "what the pauses rise to",
                        DEFAULT.longestPause,
                        Range.of(Duration.ofMillis(1), Duration.ofMinutes(10))),
                in.integer(
                        "setAsideAfter",
                        "after how many failures in a row a backend is asked by one session at a time",
                        DEFAULT.setAsideAfter,
                        Range.of(1, 1000)));
        if (config.firstPause.compareTo(config.longestPause) > 0
                && in.isSound("firstPause")
                && in.isSound("longestPause")) {
            in.problem("longestPause", "shorter than firstPause (expected: at least as long)");
        }
        return config;
    }

    /**
     * {@return how long to wait before something is told again}
     *
     * @param failures how often it was not taken, 1 or more
     * @param chance from 0, below 1: how much the pause is shortened
     */
    Duration pause(int failures, double chance) {
        int doublings = Math.min(failures - 1, Integer.SIZE - 2);
        Duration full = longestPause.dividedBy(1L << doublings).compareTo(firstPause) > 0
                ? firstPause.multipliedBy(1L << doublings)
                : longestPause;
        return full.minusNanos((long) (full.toNanos() / 2.0 * chance));
    }
}
