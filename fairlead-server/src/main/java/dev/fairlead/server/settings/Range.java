// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import org.jspecify.annotations.Nullable;

/**
 * The values that a key takes, both ends included.
 *
 * @param least the smallest
 * @param most the largest; null if there is none
 */
public record Range<T extends Comparable<T>>(
        T least, @Nullable T most) {

    /** {@return the range from {@code least} to {@code most}} */
    public static <T extends Comparable<T>> Range<T> of(T least, T most) {
        return new Range<>(least, most);
    }

    /** {@return the range that begins with {@code least} and has no end} */
    public static <T extends Comparable<T>> Range<T> atLeast(T least) {
        return new Range<>(least, null);
    }

    /** {@return whether {@code value} lies in the range} */
    public boolean contains(T value) {
        return value.compareTo(least) >= 0 && (most == null || value.compareTo(most) <= 0);
    }
}
