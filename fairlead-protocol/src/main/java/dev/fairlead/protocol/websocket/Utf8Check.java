// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 that arrives in pieces, so that a character may be cut by a fragment's edge (RFC 6455, section 8.1; RFC
 * 3629, section 4). One instance for each stream of messages; not safe for several threads.
 */
public final class Utf8Check {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The bits of eight bytes that say: not ASCII. */
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    /** Bytes that the current character still lacks. */
    private int lacking;

    /** What the next byte may be: the first continuation byte of some characters has a narrower range. */
    private int lowest = 0x80;

    private int highest = 0xBF;

    /** Begins a message. */
    public Utf8Check() {}

    /**
     * Takes the next bytes.
     *
     * @param bytes borrowed
     * @param from index of the first byte that is taken
     * @param to index after the last one
     * @throws ProtocolViolation at the first byte that no UTF-8 text can have there; the close code is
     *     {@link CloseStatus#INVALID_DATA}
     */
    public void take(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (lacking == 0) {
                i = afterAscii(bytes, i, to);
                if (i == to) {
                    return;
                }
            }
            int b = bytes[i] & 0xFF;
            if (lacking > 0) {
                if (b < lowest || b > highest) {
                    throw broken();
                }
                lacking--;
                lowest = 0x80;
                highest = 0xBF;
            } else {
                lead(b);
            }
        }
    }

    /** {@return the index of the first byte that is not ASCII, or {@code to}} Most of most texts is, so it is looked at by eights. */
    private static int afterAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES && ((long) EIGHT.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /**
     * Says that the text ends here; what comes next begins another.
     *
     * @throws ProtocolViolation if a character is unfinished
     */
    public void end() {
        if (lacking > 0) {
            throw broken();
        }
    }

    private void lead(int b) {
        if (b >= 0xC2 && b <= 0xDF) {
            lacking = 1;
        } else if (b >= 0xE0 && b <= 0xEF) {
            lacking = 2;
            lowest = b == 0xE0 ? 0xA0 : 0x80; // shorter forms exist below
            highest = b == 0xED ? 0x9F : 0xBF; // surrogates are no characters
        } else if (b >= 0xF0 && b <= 0xF4) {
            lacking = 3;
            lowest = b == 0xF0 ? 0x90 : 0x80;
            highest = b == 0xF4 ? 0x8F : 0xBF; // nothing lies above U+10FFFF
        } else {
            throw broken();
        }
    }

    private static ProtocolViolation broken() {
        return new ProtocolViolation(CloseStatus.INVALID_DATA, "the text is not UTF-8");
    }
}
