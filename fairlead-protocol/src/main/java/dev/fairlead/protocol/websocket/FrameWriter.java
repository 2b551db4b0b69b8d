// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes frames and frame headers (RFC 6455, section 5.2), lengths in their shortest form. */
public final class FrameWriter {

    /** The first byte's bit that says: the last frame of its message. */
    public static final int FINAL = 0x80;

    private FrameWriter() {}

    /**
     * {@return how many bytes the header of an unmasked frame takes}
     *
     * @param length payload bytes, 0 or more
     */
    public static int headerBytes(long length) {
        return length < 126 ? 2 : length < 1 << 16 ? 4 : 10;
    }

    /**
     * Writes the header of an unmasked frame.
     *
     * @param out its position and limit are neither used nor changed
     * @param at index of the header's first byte
     * @param first the first byte: {@link #FINAL} or not, reserved bits, opcode
     * @param length payload bytes to come
     * @return the index after the header
     */
    public static int header(ByteBuffer out, int at, int first, long length) {
        return header(out, at, first, length, 0);
    }

    private static int header(ByteBuffer out, int at, int first, long length, int maskBit) {
        out.put(at, (byte) first);
        if (length < 126) {
            out.put(at + 1, (byte) (maskBit | length));
            return at + 2;
        }
        if (length < 1 << 16) {
            out.put(at + 1, (byte) (maskBit | 126));
            out.put(at + 2, (byte) (length >> 8));
            out.put(at + 3, (byte) length);
            return at + 4;
        }
        out.put(at + 1, (byte) (maskBit | 127));
        for (int i = 0; i < 8; i++) {
            out.put(at + 2 + i, (byte) (length >> (56 - 8 * i)));
        }
        return at + 10;
    }

    /**
     * {@return a whole unmasked frame, as servers send them}
     *
     * @param first the first byte: {@link #FINAL} or not, reserved bits, opcode
     * @param payload borrowed and left as it is
     */
    public static byte[] serverFrame(int first, byte[] payload) {
        byte[] frame = new byte[headerBytes(payload.length) + payload.length];
        int at = header(ByteBuffer.wrap(frame), 0, first, payload.length);
        System.arraycopy(payload, 0, frame, at, payload.length);
        return frame;
    }

    /**
     * {@return how many bytes the header of a masked frame takes, its key among them}
     *
     * @param length payload bytes, 0 or more
     */
    public static int clientHeaderBytes(long length) {
        return headerBytes(length) + Integer.BYTES;
    }

    /**
     * Writes a whole masked frame, as clients send them.
     *
     * @param out little-endian; its position and limit are neither used nor changed
     * @param at index of the frame's first byte
     * @param first the first byte: {@link #FINAL} or not, reserved bits, opcode
     * @param payload its next {@code length} bytes are copied and left as they are; its position moves
     * @param length payload bytes
     * @param key a fresh unpredictable key (RFC 6455, section 5.3)
     * @return the index after the frame
     */
    public static int clientFrame(ByteBuffer out, int at, int first, ByteBuffer payload, int length, int key) {
        int header = header(out, at, first, length, 0x80);
        out.putInt(header, key);
        int from = header + Integer.BYTES;
        out.put(from, payload, payload.position(), length);
        payload.position(payload.position() + length);
        Mask.apply(out, from, from + length, key, 0);
        return from + length;
    }

    /**
     * {@return a whole masked frame, as clients send them}
     *
     * @param first the first byte: {@link #FINAL} or not, reserved bits, opcode
     * @param payload borrowed and left as it is
     * @param offset index of the first byte that is sent
     * @param length how many bytes are sent
     * @param key a fresh unpredictable key (RFC 6455, section 5.3)
     */
    public static byte[] clientFrame(int first, byte[] payload, int offset, int length, int key) {
        ByteBuffer frame =
                ByteBuffer.allocate(clientHeaderBytes(length) + length).order(ByteOrder.LITTLE_ENDIAN);
        clientFrame(frame, 0, first, ByteBuffer.wrap(payload, offset, length), length, key);
        return frame.array();
    }
}
