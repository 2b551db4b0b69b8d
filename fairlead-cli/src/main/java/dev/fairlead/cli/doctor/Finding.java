// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.util.List;

/**
 * What one step found. It holds no secret.
 *
 * @param step its name, such as {@code TLS}
 * @param found what is the case, in one line
 * @param details more of it, a line each; may be empty
 * @param remedies what to do about it, a line each; empty where nothing is to be done
 */
public record Finding(String step, Outcome outcome, String found, List<String> details, List<String> remedies) {

    /** Takes copies of the lists. */
    public Finding {
        details = List.copyOf(details);
        remedies = List.copyOf(remedies);
    }

    static Finding ok(String step, String found) {
        return new Finding(step, Outcome.OK, found, List.of(), List.of());
    }

    static Finding warn(String step, String found, String... remedies) {
        return new Finding(step, Outcome.WARN, found, List.of(), List.of(remedies));
    }

    static Finding fail(String step, String found, String... remedies) {
        return new Finding(step, Outcome.FAIL, found, List.of(), List.of(remedies));
    }

    static Finding skipped(String step, String why) {
        return new Finding(step, Outcome.SKIPPED, why, List.of(), List.of());
    }

    Finding with(List<String> moreDetails) {
        return new Finding(step, outcome, found, moreDetails, remedies);
    }
}
