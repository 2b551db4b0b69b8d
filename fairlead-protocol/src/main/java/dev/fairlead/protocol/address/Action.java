// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

import java.util.Locale;

/** What a peer wants of the relay: the parameter {@code sb-hc-action}. */
public enum Action {
    /** Opens a control channel. */
    LISTEN,
    /** Asks for a listener, as a sender. */
    CONNECT,
    /** A listener dials to meet, or to refuse, the sender it was told of. */
    ACCEPT,
    /** A listener dials to fetch a request, or to answer it. */
    REQUEST;

    private final String parameter = name().toLowerCase(Locale.ROOT);

    /** {@return the value as it stands in an address: lower case} */
    public String parameter() {
        return parameter;
    }

    /**
     * Reads the value of the parameter, in any letter case.
     *
     * @param value of {@code sb-hc-action}
     * @return what is wanted of the relay
     * @throws InvalidAddress if there is no such action
     */
    public static Action parse(String value) {
        for (Action action : values()) {
            if (action.parameter.equalsIgnoreCase(value)) {
                return action;
            }
        }
        throw new InvalidAddress("Unsupported action " + harmless(value));
    }

    private static String harmless(String value) {
        String letters = value.replaceAll("[^A-Za-z0-9_-]", "?");
        return letters.length() <= 32 ? "'" + letters + "'" : "'" + letters.substring(0, 32) + "...'";
    }
}
