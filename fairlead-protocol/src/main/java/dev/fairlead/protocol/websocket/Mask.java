// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The masking of payloads that clients owe (RFC 6455, section 5.3). The same step masks and unmasks. */
public final class Mask {

    /**
     * From how many bytes on there is a loop for each kind of buffer, though they read alike. The compiler makes vector
     * instructions of a loop only if it has seen it run long, and over one kind: that is ten to twenty times as fast.
     */
    private static final int LONG = 256;

    private Mask() {}

    /**
     * Masks or unmasks bytes where they lie.
     *
     * @param bytes little-endian; positions and limits are neither used nor changed
     * @param from index of the first byte
     * @param to index after the last byte
     * @param key the four bytes of the masking key, the first one lowest
     * @param phase how many bytes of the frame's payload came before {@code from}
     */
    public static void apply(ByteBuffer bytes, int from, int to, int key, long phase) {
        int turned = Integer.rotateRight(key, 8 * (int) (phase & 3));
        long wide = (turned & 0xFFFF_FFFFL) << 32 | (turned & 0xFFFF_FFFFL);
        int at = from;
        if (to - from >= LONG) {
            at = bytes.isDirect() ? longDirect(bytes, from, to, wide) : longHeap(bytes, from, to, wide);
        }
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            bytes.putLong(at, bytes.getLong(at) ^ wide);
        }
        for (; at < to; at++) {
            bytes.put(at, (byte) (bytes.get(at) ^ turned));
            turned = Integer.rotateRight(turned, 8);
        }
    }

    private static int longDirect(ByteBuffer bytes, int from, int to, long wide) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            bytes.putLong(at, bytes.getLong(at) ^ wide);
        }
        return at;
    }

    private static int longHeap(ByteBuffer bytes, int from, int to, long wide) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            bytes.putLong(at, bytes.getLong(at) ^ wide);
        }
        return at;
    }

    /**
     * Masks or unmasks an array where it lies; as the other form, with the first byte of the payload at 0.
     *
     * @param bytes a whole payload; changed
     * @param key the four bytes of the masking key, the first one lowest
     */
    public static void apply(byte[] bytes, int key) {
        apply(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length, key, 0);
    }
}
