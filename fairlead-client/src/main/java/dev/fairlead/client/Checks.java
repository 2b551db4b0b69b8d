// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import java.time.Duration;

/** What both builders hold their options against. */
final class Checks {

    static final int DEFAULT_MAX_MESSAGE_SIZE = 64 * 1024 * 1024;

    private Checks() {}

    static Duration positive(String option, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(option + ": " + value + " (expected: more than zero)");
        }
        return value;
    }

    static int positive(String option, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(option + ": " + value + " (expected: 1 or more)");
        }
        return value;
    }
}
