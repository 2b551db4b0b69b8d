// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.websocket.CloseStatus;

/**
 * Takes the messages of one peer. All methods run on the peer's event loop, one at a time, and must not wait. Pings are
 * answered and Close frames are returned before this is told of them.
 */
public interface Conversation {

    /** The upgrade is answered; the peer may be written to. */
    void onOpen();

    /** A whole text message. */
    void onText(String text);

    /** A whole binary message; the array is the callee's. */
    void onBinary(byte[] message);

    /** The peer has taken most of what waited for it, after a {@link Peer#isWritable()} that said that it had not. */
    default void onWritable() {}

    /**
     * The conversation is over: the peer said Close; or it was told why, since it broke a rule, met a fault of the server
     * or came to an end that its {@link ConversationTerms} say. Once at most, and nothing is told after it;
     * {@link Peer#onGone} follows when the socket is closed, and comes alone for a peer that is lost.
     *
     * @param status what the peer said; what it was told, if it did not say Close
     */
    void onClose(CloseStatus status);
}
