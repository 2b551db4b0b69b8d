// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.nio.charset.StandardCharsets;

/** Paths and queries that came from somebody else, as they may stand in a URL (RFC 3986, sections 3.3 and 3.4). */
public final class UrlText {

    private static final String UNRESERVED_AND_SUB_DELIMS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=";

    private UrlText() {}

    /** {@return a path with all escaped that may not stand in one} Escapes that are there stay. */
    public static String path(String text) {
        return escaped(text, UNRESERVED_AND_SUB_DELIMS + ":@/");
    }

    /** {@return a query with all escaped that may not stand in one} Escapes that are there stay. */
    public static String query(String text) {
        return escaped(text, UNRESERVED_AND_SUB_DELIMS + ":@/?");
    }

    private static String escaped(String text, String plain) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder(octets.length + 16);
        for (int i = 0; i < octets.length; i++) {
            char c = (char) (octets[i] & 0xFF);
            if ((c < 0x80 && plain.indexOf(c) >= 0) || (c == '%' && isHex(octets, i + 1) && isHex(octets, i + 2))) {
                out.append(c);
            } else {
                out.append('%').append(digit(c >> 4)).append(digit(c & 0xF));
            }
        }
        return out.toString();
    }

    private static boolean isHex(byte[] octets, int at) {
        return at < octets.length && octets[at] > 0 && Character.digit(octets[at], 16) >= 0;
    }

    private static char digit(int nibble) {
        return Character.toUpperCase(Character.forDigit(nibble, 16));
    }
}
