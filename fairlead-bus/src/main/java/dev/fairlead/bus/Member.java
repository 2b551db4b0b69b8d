// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import java.util.Set;

/**
 * Who joins a bus, and what it wants to hear.
 *
 * @param name without the prefix, e.g. {@code Filesystem}: letters, digits, {@code _} and {@code -}
 * @param types the types of messages that it is told; {@code all}, by which the original means each type, is refused
 * @param reach whether members of one name share messages
 */
public record Member(String name, Set<String> types, Reach reach) {

    /** Which of the members that bear one name are told a message. Members of one name ask for the same. */
    public enum Reach {
        /** One of them, each in turn: instances of a service that share its work. */
        ONE_INSTANCE,
        /** All of them: those who each hold something of their own, as gateways hold clients. */
        EVERY_INSTANCE
    }

    /**
     * Checks the name and the types.
     *
     * @throws IllegalArgumentException if one of them cannot be
     */
    public Member {
        if (!name.matches("[A-Za-z0-9_-]{1,100}")) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: 1 to 100 letters, digits, underscores and hyphens)");
        }
        types = Set.copyOf(types);
        for (String type : types) {
            if (type.isEmpty() || type.length() > BusMessage.LONGEST_TYPE || type.equals("all")) {
                throw new IllegalArgumentException("type: " + type + " (expected: 1 to " + BusMessage.LONGEST_TYPE
                        + " characters, and not all, which would mean every type)");
            }
        }
    }
}
