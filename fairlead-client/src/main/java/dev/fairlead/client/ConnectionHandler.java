// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.protocol.websocket.CloseStatus;

/**
 * What a program does with a connection. All calls for one connection come on its own thread, one after the other: first
 * {@link #onOpen}, at last one of {@link #onClose} and {@link #onLost}. A handler may take its time and may block: its
 * connection is not read meanwhile. A handler that throws ends its connection: the peer is told 1011, and {@link #onLost}
 * is called.
 *
 * <p>What a handler sends on its connection while more of that connection has come already leaves together with what it sends
 * next, at the latest a few milliseconds later, even if the handler blocks. What other threads send leaves at once.
 *
 * <p>One handler may serve several connections, and is then called from several threads at once.
 */
public interface ConnectionHandler {

    /**
     * The connection stands: before this was called nothing was read.
     *
     * @param connection the one that this handler serves, as in every method here
     */
    default void onOpen(RelayConnection connection) {}

    /**
     * A whole text message.
     *
     * @param connection where it came from
     * @param text may be empty
     */
    default void onText(RelayConnection connection, String text) {}

    /**
     * A whole binary message; the array is the handler's to keep.
     *
     * @param connection where it came from
     * @param message may be empty
     */
    default void onBinary(RelayConnection connection, byte[] message) {}

    /**
     * An answer to {@link RelayConnection#sendPing}, of the relay's; the array is the handler's to keep.
     *
     * @param connection where it came from
     * @param payload of the ping that it answers
     */
    default void onPong(RelayConnection connection, byte[] payload) {}

    /**
     * The peer has said its last word. This side may go on sending until the method returns, and is then closed with the
     * same status, unless it was before.
     *
     * @param connection which ends
     * @param status {@link CloseStatus#NONE} if the peer gave none
     */
    default void onClose(RelayConnection connection, CloseStatus status) {}

    /**
     * The connection is gone without a last word of the peer: lost, ended here by {@link RelayConnection#abort()}, or broken
     * off because one of the sides broke a rule.
     *
     * @param connection which has ended
     * @param cause what ended it
     */
    default void onLost(RelayConnection connection, RelayException cause) {}
}
