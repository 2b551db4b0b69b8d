// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.websocket.CloseStatus;
import io.netty.buffer.ByteBuf;

/**
 * The other end of a WebSocket, from its upgrade request on to its end.
 *
 * <p>Every method may be called from any thread, but for those of {@link UpgradeAnswer.Streaming}, which say so.
 */
public interface Peer extends Connection {

    /** How much may wait for a control channel before it counts as lost. */
    int MAX_UNREAD_BYTES = 1 << 20;

    /**
     * Sends a text message. Only for a peer that was answered with {@link UpgradeAnswer.Conversing} or
     * {@link UpgradeAnswer.Streaming}. In a conversation {@link ConversationTerms#longestQueue()} bounds what may wait; what
     * is sent after its end is dropped.
     */
    void send(String text);

    /**
     * Sends a text message and a binary one directly behind it: no other message comes in between. Only for a peer that
     * was answered with {@link UpgradeAnswer.Conversing}; what may wait is bounded as by {@link #send(String)}.
     *
     * @param binary whole; the callee's to release
     */
    void send(String text, ByteBuf binary);

    /**
     * Sends a binary message. Only for a peer that was answered with {@link UpgradeAnswer.Conversing}; its
     * {@link ConversationTerms#longestQueue()} bounds what may wait.
     *
     * @param message whole; the callee's to release
     */
    void sendBinary(ByteBuf message);

    /**
     * {@return whether so little waits for the peer that more should be sent} If not, {@link Conversation#onWritable()}
     * follows as soon as it does. Only for a peer that was answered with {@link UpgradeAnswer.Conversing}, on its event loop.
     */
    boolean isWritable();

    /**
     * {@return how many bytes wait to be taken by the peer} Zero if it is gone. On the connection's event loop.
     */
    long unsentBytes();

    /**
     * Writes a part of a binary message; it leaves with the next {@link #flush()} at the latest. Only for a peer that was
     * answered with {@link UpgradeAnswer.Streaming}, on its event loop. Control frames may come between the parts, and
     * nothing else may be sent before the last.
     *
     * @param part the callee's to release; may be empty
     * @param last whether the message ends with it
     */
    void write(ByteBuf part, boolean last);

    /**
     * Sends what was written. Only for a peer that was answered with {@link UpgradeAnswer.Streaming}, on its event loop.
     *
     * @return whether all has left; if not, {@link MessageStream#onDrained()} follows, and until then nothing more is to
     *     be read for this peer
     */
    boolean flush();

    /**
     * Reads no more from the peer, until {@link #resume()}. Only for a peer that was answered with
     * {@link UpgradeAnswer.Streaming} or {@link UpgradeAnswer.Conversing}, on its event loop. What was read already still
     * comes to a stream; a conversation is told nothing more but its end, and what was read waits, pings and a Close among
     * it. A peer that is not read is not asked whether it lives; one that is lost takes along what still waits.
     */
    void pause();

    /**
     * Reads on, beginning with what waits, of which a conversation is told when this has returned. On the event loop;
     * without effect if nothing is paused.
     */
    void resume();

    /** Sends a Close frame, and closes the connection when the peer has answered it, or after a few seconds. */
    void close(CloseStatus status);
}
