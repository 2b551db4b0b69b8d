// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

/**
 * One side of a joined pair: what a sender and a listener can both do once they have met. Pings of the relay are answered
 * on the way; a close is not.
 *
 * @param <S> the side itself
 */
public abstract sealed class Speaker<S extends Speaker<S>> implements AutoCloseable
        permits ListenerDriver, SenderDriver {

    private @Nullable RawWebSocket socket;

    Speaker() {}

    abstract S self();

    S speaksOn(RawWebSocket joined) {
        socket = joined;
        return self();
    }

    /** {@return the socket of this side of the pair, for what has no word of its own} */
    public RawWebSocket socket() {
        if (socket == null) {
            throw new AssertionError("this side has no socket of a pair yet");
        }
        return socket;
    }

    /** Sends a text message. */
    public S sends(String text) {
        return sends(WireFrame.text(text));
    }

    /** Sends a frame. */
    public S sends(WireFrame frame) {
        socket().sends(frame);
        return self();
    }

    /** Receives a text message, and fails unless it is this one. */
    public S receives(String text) {
        WireFrame message = socket().receivesMessage();
        assertThat(message.opcode()).as("opcode of %s", message).isEqualTo(WireFrame.TEXT);
        assertThat(message.text()).isEqualTo(text);
        return self();
    }

    /** {@return the next message, its fragments joined} */
    public WireFrame receivesMessage() {
        return socket().receivesMessage();
    }

    /** Sends a close frame, and keeps the connection. */
    public S closes(int code, String reason) {
        return sends(WireFrame.close(code, reason));
    }

    /** Receives a close frame, and fails unless it says this. */
    public S isClosedWith(int code, String reason) {
        WireFrame close = socket().receivesButNoPings();
        assertThat(close.opcode()).as("opcode of %s", close).isEqualTo(WireFrame.CLOSE);
        assertThat(close.closeCode()).as("code of %s", close).isEqualTo(code);
        assertThat(close.closeReason()).isEqualTo(reason);
        return self();
    }

    /** Finds the connection ended, without a close frame. */
    public S isCutOff() {
        socket().readsEnd();
        return self();
    }

    /** Loses its connection, without a close frame. */
    public S isLost() {
        socket().aborts();
        return self();
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
