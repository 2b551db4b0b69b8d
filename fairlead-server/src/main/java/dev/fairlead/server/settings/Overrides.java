// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the command line and the environment say over the file.
 *
 * @param set the {@code --set} options: path and value; they win over the variables
 * @param environment all variables of the process: those of configuration keys begin with {@value #PREFIX}, the others
 *     serve <code>${env:NAME}</code>
 */
public record Overrides(Map<String, String> set, Map<String, String> environment) {

    /** How the name of every variable for a key begins. */
    public static final String PREFIX = "FAIRLEAD_";

    /** Nothing is overridden, and no variable can be named. */
    public static final Overrides NONE = new Overrides(Map.of(), Map.of());

    private static final Pattern WORD_END = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    /** Takes copies. */
    public Overrides {
        set = Map.copyOf(set);
        environment = Map.copyOf(environment);
    }

    /** {@return the variable for a key: {@code FAIRLEAD_RELAY_ACCEPT_TIMEOUT} for {@code relay.acceptTimeout}} */
    public static String variable(String path) {
        return PREFIX + WORD_END.matcher(path).replaceAll("_").replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
