// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import java.nio.ByteBuffer;

/**
 * A handler of messages of any length, which are not gathered: what one read brings is handed over at once. Peers may send a
 * stream as one message that never ends; the greatest size of a message does not hold here. {@link #onText} and
 * {@link #onBinary} are not called.
 */
public interface PartHandler extends ConnectionHandler {

    /**
     * A part of a text message.
     *
     * @param connection where it came from
     * @param utf8 cut anywhere, even within a character, and not held against UTF-8; on the heap; borrowed until the method
     *     returns. Empty only if {@code last}
     * @param last whether the message ends with it
     */
    void onTextPart(RelayConnection connection, ByteBuffer utf8, boolean last);

    /**
     * A part of a binary message.
     *
     * @param connection where it came from
     * @param part on the heap; borrowed until the method returns. Empty only if {@code last}
     * @param last whether the message ends with it
     */
    void onBinaryPart(RelayConnection connection, ByteBuffer part, boolean last);
}
