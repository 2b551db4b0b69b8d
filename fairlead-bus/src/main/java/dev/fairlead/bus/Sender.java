// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import org.jspecify.annotations.Nullable;

/** Who sent a message. A gateway stamps it; what a client says of itself is never believed. */
public sealed interface Sender {

    /**
     * A client of a gateway.
     *
     * @param username what it logged in as: a text, or another plain value of JSON; {@link #NOT_LOGGED_IN} before it did
     */
    record Client(Address address, @Nullable Object username) implements Sender {

        /** The username of those who have none. */
        public static final String NOT_LOGGED_IN = "uname";
    }

    /**
     * A service.
     *
     * @param name without the prefix, e.g. {@code Filesystem}
     */
    record Service(String name) implements Sender {

        /** What stands before the name wherever a service is named on a wire. */
        public static final String PREFIX = "service.";

        /** {@return the name as it travels, e.g. {@code service.Filesystem}} */
        public String qualifiedName() {
            return PREFIX + name;
        }
    }
}
