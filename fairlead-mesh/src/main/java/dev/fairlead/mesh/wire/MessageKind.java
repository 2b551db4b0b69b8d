// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.util.Optional;

/** What a message is, as its header {@code nuropb_type} says. */
public enum MessageKind {
    /** Asks a service, and waits for its response. */
    REQUEST("request"),
    /** Answers one request. */
    RESPONSE("response"),
    /** Tells a service to do something; nothing comes back. */
    COMMAND("command"),
    /** Tells everybody who subscribed to its topic. */
    EVENT("event");

    private final String text;

    MessageKind(String text) {
        this.text = text;
    }

    /** {@return the word on the wire} */
    public String text() {
        return text;
    }

    /** {@return the kind that this word means, if any} */
    static Optional<MessageKind> of(String text) {
        for (MessageKind kind : values()) {
            if (kind.text.equals(text)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
