// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads frame headers out of a stream of bytes, wherever the stream is cut, and holds each against the rules of RFC
 * 6455: reserved bits and opcodes (section 5.2), masking (5.1), shortest lengths (5.2), control frames (5.5), the order
 * of fragments (5.4). Payloads are the caller's: it passes over {@link #length()} bytes before it asks for the next.
 *
 * <p>After {@link #read} found a header, the accessors tell of that header until the next call. Nothing is allocated.
 * One instance for each connection and direction; not safe for several threads.
 */
public final class FrameHeaderReader {

    /** The longest header: two bytes, a length of eight, a key of four. */
    public static final int MAX_BYTES = 2 + 8 + 4;

    private final boolean masked;
    private boolean reservedBitsAllowed;

    /** A header cut by the edge of a read, until the rest arrives. */
    private final byte[] held = new byte[MAX_BYTES];

    private int heldBytes;
    private boolean inMessage;

    private int first;
    private long length;
    private int key;

    private FrameHeaderReader(boolean masked) {
        this.masked = masked;
    }

    /** {@return a reader of what clients send: frames must be masked} */
    public static FrameHeaderReader ofClientFrames() {
        return new FrameHeaderReader(true);
    }

    /** {@return a reader of what servers send: frames must not be masked} */
    public static FrameHeaderReader ofServerFrames() {
        return new FrameHeaderReader(false);
    }

    /** Lets the reserved bits of data frames pass, since both ends agreed on an extension that gives them a meaning. */
    public void allowReservedBits() {
        reservedBitsAllowed = true;
    }

    /**
     * Reads the next header.
     *
     * @param in little-endian; its position and limit are neither used nor changed; borrowed
     * @param from index of the first byte
     * @param to index after the last byte
     * @return the index after the header; or -1 if it ends beyond {@code to}: all up to there is then held here
     * @throws ProtocolViolation if the header breaks a rule; the reader is of no use afterwards
     */
    public int read(ByteBuffer in, int from, int to) {
        if (heldBytes == 0 && to - from >= MAX_BYTES) {
            int second = in.get(from + 1);
            check(in.get(from), second);
            int at = from + 2;
            int shortLength = second & 0x7F;
            if (shortLength < 126) {
                length = shortLength;
            } else if (shortLength == 126) {
                length(Short.toUnsignedLong(Short.reverseBytes(in.getShort(at))), 126);
                at += 2;
            } else {
                length(Long.reverseBytes(in.getLong(at)), 1 << 16);
                at += 8;
            }
            if (masked) {
                key = in.getInt(at);
                at += 4;
            }
            return at;
        }
        return readHeld(in, from, to);
    }

    private int readHeld(ByteBuffer in, int from, int to) {
        int at = from;
        while (heldBytes < 2) {
            if (at == to) {
                return -1;
            }
            held[heldBytes++] = in.get(at++);
            if (heldBytes == 2) {
                check(held[0], held[1]); // before more is awaited: a bad frame is told at once
            }
        }
        int shortLength = held[1] & 0x7F;
        int lengthBytes = shortLength < 126 ? 0 : shortLength == 126 ? 2 : 8;
        int whole = 2 + lengthBytes + (masked ? 4 : 0);
        while (heldBytes < whole) {
            if (at == to) {
                return -1;
            }
            held[heldBytes++] = in.get(at++);
        }
        ByteBuffer header = ByteBuffer.wrap(held).order(ByteOrder.LITTLE_ENDIAN);
        switch (lengthBytes) {
            case 2 -> length(Short.toUnsignedLong(Short.reverseBytes(header.getShort(2))), 126);
            case 8 -> length(Long.reverseBytes(header.getLong(2)), 1 << 16);
            default -> length = shortLength;
        }
        if (masked) {
            key = header.getInt(2 + lengthBytes);
        }
        heldBytes = 0;
        return at;
    }

    private void check(int firstByte, int secondByte) {
        first = firstByte & 0xFF;
        int opcode = opcode();
        if ((secondByte < 0) != masked) {
            throw ProtocolViolation.ofFraming(masked ? "a client masks every frame" : "a server masks no frame");
        }
        if (!Opcode.isKnown(opcode)) {
            throw ProtocolViolation.ofFraming("the opcode is reserved");
        }
        if (reservedBits() != 0 && (!reservedBitsAllowed || Opcode.isControl(opcode))) {
            throw ProtocolViolation.ofFraming("a reserved bit is set, and no extension was agreed");
        }
        if (Opcode.isControl(opcode)) {
            if (!isFinal()) {
                throw ProtocolViolation.ofFraming("a control frame may not be fragmented");
            }
            if ((secondByte & 0x7F) > CloseStatus.MAX_CONTROL_BYTES) {
                throw ProtocolViolation.ofFraming("a control frame holds at most 125 bytes");
            }
        } else {
            if (inMessage != (opcode == Opcode.CONTINUATION)) {
                throw ProtocolViolation.ofFraming(
                        inMessage ? "a message began inside another" : "a continuation continues nothing");
            }
            inMessage = !isFinal();
        }
    }

    private void length(long value, int least) {
        if (value < 0) {
            throw ProtocolViolation.ofFraming("a length has its highest bit set");
        }
        if (value < least) {
            throw ProtocolViolation.ofFraming("a length is not written in its shortest form");
        }
        length = value;
    }

    /** {@return whether this is the last frame of its message} */
    public boolean isFinal() {
        return (first & 0x80) != 0;
    }

    /** {@return the three reserved bits where they stand in the first byte: a combination of 0x40, 0x20 and 0x10} */
    public int reservedBits() {
        return first & 0x70;
    }

    /** {@return the opcode, one of {@link Opcode}'s} */
    public int opcode() {
        return first & 0x0F;
    }

    /** {@return the number of payload bytes, 0 to 2^63 - 1} */
    public long length() {
        return length;
    }

    /** {@return the masking key, its first byte lowest; 0 if frames are not masked} */
    public int key() {
        return key;
    }
}
