// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What bounds a conversation.
 *
 * @param longestMessage bytes of a message that comes in, after decompression, over all its fragments; a longer one ends
 *     the conversation with 1009
 * @param longestQueue how many bytes may wait for the peer; when a message finds others waiting and would exceed it, the
 *     conversation ends with 1013. One message always goes where none waits
 * @param pingInterval after how long a silence the peer is asked whether it lives; null for what the edge has for all
 * @param silenceSaid whether a peer that answered no ping in two intervals is told 1011 before it is cut off
 * @param idleTimeout after how long without a message in either direction the conversation ends with 1000 {@code Idle};
 *     null for never
 * @param compressed whether permessage-deflate is spoken where the client offers it (RFC 7692)
 */
public record ConversationTerms(
        int longestMessage,
        long longestQueue,
        @Nullable Duration pingInterval,
        boolean silenceSaid,
        @Nullable Duration idleTimeout,
        boolean compressed) {

    /** {@return terms of control channels and their like: never compressed, never idle} */
    public static ConversationTerms of(int longestMessage) {
        return new ConversationTerms(longestMessage, Peer.MAX_UNREAD_BYTES, null, false, null, false);
    }
}
