// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** When a listener renews its token: while enough is left of it for a few more tries, and not all listeners at once. */
final class Renewal {

    /** How much of an ordinary token is left when it is renewed. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    /** How long after a renewal that failed, or brought a token that has ended already, the next is tried, at most. */
    private static final Duration RETRY = Duration.ofSeconds(30);

    private static final Duration SHORTEST = Duration.ofMillis(50);

    private Renewal() {}

    /**
     * {@return how long to wait before a token is renewed: until five minutes, or a third of a shorter life, are left, and
     * up to a fifth of that less}
     *
     * @param left what is left of the token now
     * @param chance from 0 to 1
     */
    static Duration delay(Duration left, DoubleSupplier chance) {
        if (left.isNegative() || left.isZero()) {
            // by this machine's clock, which may be wrong: no reason to ask without a pause
            return RETRY;
        }
        Duration third = left.dividedBy(3);
        Duration margin = third.compareTo(MARGIN) < 0 ? third : MARGIN;
        Duration jitter = Duration.ofMillis((long) (margin.toMillis() / 5.0 * chance.getAsDouble()));
        return atLeastShortest(left.minus(margin).minus(jitter));
    }

    /**
     * {@return how long to wait after a renewal that failed}
     *
     * @param left what is left of the old token now
     */
    static Duration retryDelay(Duration left) {
        Duration third = left.dividedBy(3);
        return left.isNegative() || third.compareTo(RETRY) > 0 ? RETRY : atLeastShortest(third);
    }

    private static Duration atLeastShortest(Duration delay) {
        return delay.compareTo(SHORTEST) < 0 ? SHORTEST : delay;
    }
}
