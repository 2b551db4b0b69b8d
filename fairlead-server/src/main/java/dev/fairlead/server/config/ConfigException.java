// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration that cannot be used. The message is for operators: it lists everything that is wrong, a line for
 * each problem.
 */
public final class ConfigException extends RuntimeException {

    private final String what;
    private final List<String> problems;

    /**
     * Lists what is wrong.
     *
     * @param what the file, or {@code the configuration}
     * @param problems at least one
     */
    public ConfigException(String what, List<String> problems) {
        super(
                what + " cannot be used:"
                        + problems.stream().map(problem -> "\n  " + problem).collect(Collectors.joining()),
                null,
                false,
                false);
        this.what = what;
        this.problems = List.copyOf(problems);
    }

    /** {@return the file, or {@code the configuration}} */
    public String what() {
        return what;
    }

    /** {@return the problems, in the grammar {@code where: key: value (expected: …); remedy}} */
    public List<String> problems() {
        return problems;
    }
}
