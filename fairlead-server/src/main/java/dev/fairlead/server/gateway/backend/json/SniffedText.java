// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.json;

/**
 * The text in a binary message, in the encoding that Python's {@code json} module finds there: UTF-8, UTF-16 or UTF-32, by
 * the zeros among the first bytes or by a byte order mark. Surrogates without a partner are taken, as they are there.
 */
public final class SniffedText {

    private enum Order {
        BIG("be"),
        LITTLE("le");

        private final String suffix;

        Order(String suffix) {
            this.suffix = suffix;
        }
    }

    private final byte[] bytes;
    private final StringBuilder text;

    private SniffedText(byte[] bytes) {
        this.bytes = bytes;
        this.text = new StringBuilder(bytes.length);
    }

    /**
     * {@return the text}
     *
     * @param bytes borrowed
     * @throws JsonFault if they are no text
     */
    public static String of(byte[] bytes) {
        SniffedText in = new SniffedText(bytes);
        in.read();
        return in.text.toString();
    }

    private void read() {
        if (startsWith(0, 0, 0xFE, 0xFF)) {
            utf32(4, Order.BIG);
        } else if (startsWith(0xFF, 0xFE, 0, 0)) {
            utf32(4, Order.LITTLE);
        } else if (startsWith(0xFE, 0xFF)) {
            utf16(2, Order.BIG);
        } else if (startsWith(0xFF, 0xFE)) {
            utf16(2, Order.LITTLE);
        } else if (startsWith(0xEF, 0xBB, 0xBF)) {
            utf8(3);
        } else if (bytes.length >= 4 && bytes[0] == 0) {
            if (bytes[1] == 0) {
                utf32(0, Order.BIG);
            } else {
                utf16(0, Order.BIG);
            }
        } else if (bytes.length >= 4 && bytes[1] == 0) {
            if (bytes[2] == 0 && bytes[3] == 0) {
                utf32(0, Order.LITTLE);
            } else {
                utf16(0, Order.LITTLE);
            }
        } else if (bytes.length == 2 && bytes[0] == 0) {
            utf16(0, Order.BIG);
        } else if (bytes.length == 2 && bytes[1] == 0) {
            utf16(0, Order.LITTLE);
        } else {
            utf8(0);
        }
    }

    private boolean startsWith(int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= bytes.length || at(i) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private int at(int index) {
        return bytes[index] & 0xFF;
    }

    private void utf16(int start, Order order) {
        int i = start;
        for (; i + 2 <= bytes.length; i += 2) {
            text.append((char) (order == Order.BIG ? at(i) << 8 | at(i + 1) : at(i + 1) << 8 | at(i)));
        }
        if (i < bytes.length) {
            throw undecodable("utf-16-" + order.suffix, i, bytes.length, "truncated data");
        }
    }

    private void utf32(int start, Order order) {
        int i = start;
        for (; i + 4 <= bytes.length; i += 4) {
            int code = order == Order.BIG
                    ? at(i) << 24 | at(i + 1) << 16 | at(i + 2) << 8 | at(i + 3)
                    : at(i + 3) << 24 | at(i + 2) << 16 | at(i + 1) << 8 | at(i);
            if (!Character.isValidCodePoint(code)) {
                throw undecodable("utf-32-" + order.suffix, i, i + 4, "code point not in range(0x110000)");
            }
            text.appendCodePoint(code);
        }
        if (i < bytes.length) {
            throw undecodable("utf-32-" + order.suffix, i, bytes.length, "truncated data");
        }
    }

    /** RFC 3629, section 4, and surrogates beside it. */
    private void utf8(int start) {
        for (int i = start; i < bytes.length; ) {
            int first = at(i);
            int length =
                    first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
            if (length == 0) {
                throw undecodable("utf-8", i, i + 1, "invalid start byte");
            }
            int code = length == 1 ? first : first & (0x7F >> length);
            for (int k = 1; k < length; k++) {
                if (i + k == bytes.length) {
                    throw undecodable("utf-8", i, i + k, "unexpected end of data");
                }
                int next = at(i + k);
                boolean tooLow = k == 1 && ((first == 0xE0 && next < 0xA0) || (first == 0xF0 && next < 0x90));
                boolean tooHigh = k == 1 && first == 0xF4 && next > 0x8F;
                if ((next & 0xC0) != 0x80 || tooLow || tooHigh) {
                    throw undecodable("utf-8", i, i + k, "invalid continuation byte");
                }
                code = code << 6 | (next & 0x3F);
            }
            text.appendCodePoint(code);
            i += length;
        }
    }

    private JsonFault undecodable(String codec, int from, int to, String why) {
        String what = to - from == 1
                ? "byte 0x" + Character.forDigit(at(from) >> 4, 16) + Character.forDigit(at(from) & 0xF, 16)
                        + " in position " + from
                : "bytes in position " + from + "-" + (to - 1);
        return new JsonFault("UnicodeDecodeError", "'" + codec + "' codec can't decode " + what + ": " + why);
    }
}
