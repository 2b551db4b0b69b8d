// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.Collection;
import java.util.List;

/** The few ways in which figures are drawn together. */
final class Statistics {

    private Statistics() {}

    /**
     * {@return the middle value; of an even number the mean of the two in the middle}
     *
     * @throws IllegalArgumentException if there is none
     */
    static double median(Collection<Double> values) {
        requireSome(values);
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /**
     * {@return the geometric mean, which is the mean of ratios}
     *
     * @param values positive
     * @throws IllegalArgumentException if there is none
     */
    static double geometricMean(Collection<Double> values) {
        requireSome(values);
        return Math.exp(values.stream().mapToDouble(Math::log).sum() / values.size());
    }

    private static void requireSome(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("values: none (expected: at least one)");
        }
    }
}
