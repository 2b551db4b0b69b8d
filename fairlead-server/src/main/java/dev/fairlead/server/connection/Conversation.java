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

    /** The peer said Close; {@link Peer#onGone} follows. */
    void onClose(CloseStatus status);
}
