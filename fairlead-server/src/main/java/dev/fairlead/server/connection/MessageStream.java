// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.websocket.CloseStatus;
import io.netty.buffer.ByteBuf;

/**
 * Takes the messages of one peer, binary ones part by part as they arrive. All methods run on the event loop of
 * {@link UpgradeAnswer.Streaming#home()}, one at a time, and must not wait. Pings are sent and answered before this is told
 * of anything.
 */
public interface MessageStream {

    /** The upgrade is answered; the peer may be written to. */
    void onOpen();

    /** A whole text message. */
    void onText(String text);

    /**
     * A part of a binary message; {@link #onRead()} follows when all that one read brought was told.
     *
     * @param part the callee's to release; may be empty
     * @param last whether the message ends with it
     */
    void onBinary(ByteBuf part, boolean last);

    /** All that one read brought was told. */
    void onRead();

    /** All that was written has left, after a {@link Peer#flush()} that said that it had not. */
    void onDrained();

    /**
     * The peer said Close, maybe within an unfinished message, or it broke a rule or met a fault of the server. It was
     * answered, and its socket closes. Once at most.
     *
     * @param status what the peer said; what it was told, if it broke a rule
     * @param clean whether the peer said it
     */
    void onClose(CloseStatus status, boolean clean);

    /** The peer is lost without a Close. Once at most, and not after {@link #onClose}. */
    void onLost();
}
