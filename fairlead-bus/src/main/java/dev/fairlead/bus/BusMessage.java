// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What travels on a bus.
 *
 * @param type what it is, e.g. {@code file-list-request}: at most {@value #LONGEST_TYPE} characters
 * @param uuid names it: any text
 * @param responseUuid the uuid of the message that it answers; null for one that answers none
 * @param sender who sent it
 * @param content what it says
 */
public record BusMessage(String type, String uuid, @Nullable String responseUuid, Sender sender, Content content) {

    /** How long a type may be. */
    public static final int LONGEST_TYPE = 256;

    /** How the types of messages end that are answered. */
    public static final String REQUEST = "request";

    /** How the types of messages end that answer others. */
    public static final String RESPONSE = "response";

    /**
     * Checks the type.
     *
     * @throws IllegalArgumentException if it is empty or too long
     */
    public BusMessage {
        if (type.isEmpty() || type.length() > LONGEST_TYPE) {
            throw new IllegalArgumentException(
                    "type: " + type.length() + " characters (expected: 1 to " + LONGEST_TYPE + ")");
        }
    }

    /** {@return a message of its own, with a random uuid} */
    public static BusMessage of(String type, Sender sender, Content content) {
        return new BusMessage(type, UUID.randomUUID().toString(), null, sender, content);
    }

    /** {@return a message that answers this one, with a random uuid} */
    public BusMessage answer(String type, Sender sender, Content content) {
        return new BusMessage(type, UUID.randomUUID().toString(), uuid, sender, content);
    }

    /** {@return whether the bus brings the answer to who sent it} */
    public boolean asks() {
        return sender instanceof Sender.Service && type.endsWith(REQUEST);
    }

    /** {@return whether it may be the answer to a message that asked} */
    public boolean answers() {
        return responseUuid != null && type.endsWith(RESPONSE);
    }
}
