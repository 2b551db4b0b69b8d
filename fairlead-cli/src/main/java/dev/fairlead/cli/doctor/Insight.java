// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What a step found, and what later steps go on from.
 *
 * @param learnt null where later steps cannot go on
 */
record Insight<T>(Finding finding, @Nullable T learnt) {

    static <T> Insight<T> of(Finding finding, T learnt) {
        return new Insight<>(finding, learnt);
    }

    static <T> Insight<T> end(Finding finding) {
        return new Insight<>(finding, null);
    }
}
