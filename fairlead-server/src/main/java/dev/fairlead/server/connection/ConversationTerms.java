// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What bounds a conversation.
 *
 * @param longestMessage bytes of a message that comes in, after decompression, over all its fragments; a longer one ends
 *     the conversation with 1009
 * @param longestQueue how many bytes may wait for the peer, as they go over the wire, and a little for each write; when a
 *     message finds others waiting and would exceed it, the conversation ends. One message always goes where none waits
 * @param pingInterval after how long a silence the peer is asked whether it lives, 1 ms or more; null for what the edge has
 *     for all
 * @param silenceSaid whether a peer that answered no ping in two intervals is told 1011 before it is cut off
 * @param idleTimeout after how long without a message in either direction the conversation ends with 1000 {@code Idle},
 *     1 ms or more, and up to a sixteenth later; null for never. While the peer is paused it is not idle
 * @param compressed whether permessage-deflate is spoken where the client offers it (RFC 7692)
 * @param overflowSaid whether a peer is told 1013 when more than {@code longestQueue} would wait for it; else it is cut
 *     off without a word when more than that waits
 * @param longestRead how many bytes are read of the peer at once at most, and so how many wait while it is paused; the
 *     edge reads at most 256 KiB, and over TLS 2 to 64 KiB
 */
public record ConversationTerms(
        int longestMessage,
        long longestQueue,
        @Nullable Duration pingInterval,
        boolean silenceSaid,
        @Nullable Duration idleTimeout,
        boolean compressed,
        boolean overflowSaid,
        int longestRead) {

    /** Thousands that send more than their backend takes are each held that much: 9,000 of them 141 MiB. */
    private static final int LONGEST_READ_OF_A_CLIENT = 16 * 1024;

    /** Terms of one client among thousands: it is told why it has to go, and little is read of it at once. */
    public ConversationTerms(
            int longestMessage,
            long longestQueue,
            @Nullable Duration pingInterval,
            boolean silenceSaid,
            @Nullable Duration idleTimeout,
            boolean compressed) {
        this(
                longestMessage,
                longestQueue,
                pingInterval,
                silenceSaid,
                idleTimeout,
                compressed,
                true,
                LONGEST_READ_OF_A_CLIENT);
    }

    /**
     * {@return terms of control channels and their like: never compressed, never idle} One that does not read is cut off
     * when {@link Peer#MAX_UNREAD_BYTES} wait for it; one that says much is read in large pieces.
     */
    public static ConversationTerms of(int longestMessage) {
        return new ConversationTerms(
                longestMessage, Peer.MAX_UNREAD_BYTES, null, false, null, false, false, Integer.MAX_VALUE);
    }
}
