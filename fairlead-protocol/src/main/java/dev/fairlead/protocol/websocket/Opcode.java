// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

/** What a frame carries: the low four bits of its first byte (RFC 6455, section 5.2). */
public final class Opcode {

    /** Goes on with the message that an earlier frame began. */
    public static final int CONTINUATION = 0x0;

    /** Begins a message of UTF-8 text. */
    public static final int TEXT = 0x1;

    /** Begins a message of bytes. */
    public static final int BINARY = 0x2;

    /** Ends what its sender says. */
    public static final int CLOSE = 0x8;

    /** Asks for a pong with the same payload. */
    public static final int PING = 0x9;

    /** Answers a ping, or tells unasked that its sender lives. */
    public static final int PONG = 0xA;

    private Opcode() {}

    /**
     * {@return whether the frame is a control frame, which is short, whole and may stand between fragments}
     *
     * @param opcode 0 to 15
     */
    public static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }

    /**
     * {@return whether RFC 6455 gives the opcode a meaning}
     *
     * @param opcode 0 to 15
     */
    public static boolean isKnown(int opcode) {
        return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
    }
}
