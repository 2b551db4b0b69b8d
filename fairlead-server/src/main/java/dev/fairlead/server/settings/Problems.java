// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects everything that is wrong with a configuration, in the grammar {@code where: key: value (expected: …);
 * remedy}.
 */
public final class Problems {

    private final List<Problem> found = new ArrayList<>();

    /**
     * Notes a problem.
     *
     * @param origin where the offending value stands
     * @param path the key, from the top, with dots
     * @param text the value and what was expected; no secret
     */
    public void add(Origin origin, String path, String text) {
        found.add(new Problem(origin, path, text));
    }

    /** {@return whether nothing is wrong} */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** {@return all problems as lines: those of the file from its top down, then the others in the order noted} */
    public List<String> lines() {
        return found.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .map(Problem::toString)
                .toList();
    }

    private record Problem(Origin origin, String path, String text) {

        int line() {
            return origin instanceof Origin.Line line ? line.line() : Integer.MAX_VALUE;
        }

        @Override
        public String toString() {
            String where =
                    switch (origin) {
                        case Origin.Line line -> "line " + line.line() + ": ";
                        case Origin.Variable variable -> variable.name() + ": ";
                        case Origin.SetOption _ -> "--set: ";
                        case Origin.Preset _ -> "";
                    };
            return where + (path.isEmpty() ? "" : path + ": ") + text;
        }
    }
}
