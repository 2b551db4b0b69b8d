// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON into bytes, in ASCII alone: all else is escaped as {@code \\uXXXX}, with lower-case digits, which is what
 * backends of the original are used to. A text is measured before it is escaped, so that nothing is written twice.
 */
final class AsciiJson {

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** How many bytes each ASCII character takes. */
    private static final byte[] WIDTHS = widths();

    private byte[] bytes;
    private int length;

    /** Begins with room for that many bytes; more are found when they are needed. */
    AsciiJson(int room) {
        this.bytes = new byte[room];
    }

    private static byte[] widths() {
        byte[] widths = new byte[0x80];
        Arrays.fill(widths, (byte) 1);
        Arrays.fill(widths, 0, ' ', (byte) 6);
        widths[0x7F] = 6;
        for (char c : "\"\\\b\f\n\r\t".toCharArray()) {
            widths[c] = 2;
        }
        return widths;
    }

    /** Adds bytes that are JSON already. */
    AsciiJson raw(byte[] json) {
        need(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
        return this;
    }

    /** Adds ASCII that is JSON already. */
    AsciiJson raw(String json) {
        return raw(json.getBytes(StandardCharsets.US_ASCII));
    }

    /** Adds a text, in quotes. */
    AsciiJson text(String text) {
        need(text.length() + 2L);
        bytes[length++] = '"';
        int plain = writePlain(text);
        if (plain < text.length()) {
            long width = 1;
            for (int i = plain; i < text.length(); i++) {
                char c = text.charAt(i);
                width += c < 0x80 ? WIDTHS[c] : 6;
            }
            need(width);
            for (int i = plain; i < text.length(); i++) {
                write(text.charAt(i));
            }
        }
        bytes[length++] = '"';
        return this;
    }

    /** {@return how many of the characters stand for themselves, before one that does not; these are written} */
    private int writePlain(String text) {
        byte[] to = bytes;
        int from = length;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c >= 0x80 || WIDTHS[c] != 1) {
                break;
            }
            to[from + i] = (byte) c;
            i++;
        }
        length += i;
        return i;
    }

    private void write(char c) {
        if (c < 0x80 && WIDTHS[c] == 1) {
            bytes[length++] = (byte) c;
            return;
        }
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\b' -> bytes[length++] = 'b';
            case '\f' -> bytes[length++] = 'f';
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                for (int shift = 12; shift >= 0; shift -= 4) {
                    bytes[length++] = DIGITS[(c >> shift) & 0xF];
                }
            }
        }
    }

    private void need(long more) {
        long least = length + more;
        if (least > bytes.length) {
            bytes = Arrays.copyOf(
                    bytes, Math.toIntExact(Math.max(least, Math.min(2L * length, Integer.MAX_VALUE / 2))));
        }
    }

    /** {@return what was written; nothing is written from now on} */
    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
