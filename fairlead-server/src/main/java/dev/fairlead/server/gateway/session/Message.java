// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.session;

/** A whole message of a client, as it came. */
public sealed interface Message {

    /**
     * {@return the place among the session's messages, from 1 on} Together with the session's id it names the message, however
     * often it is told to a backend.
     */
    long number();

    /** {@return whether there is nothing in it} */
    default boolean isEmpty() {
        return switch (this) {
            case Text text -> text.text().isEmpty();
            case Binary binary -> binary.bytes().length == 0;
        };
    }

    /** A text message. */
    record Text(long number, String text) implements Message {}

    /**
     * A binary message.
     *
     * @param bytes not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Binary(long number, byte[] bytes) implements Message {}
}
