// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as it stands in a URL, in UTF-8: paths (RFC 3986, section 2.1) and forms, where a blank is a plus sign. */
public final class PercentEncoding {

    private static final String PLAIN_IN_PATHS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/";

    private PercentEncoding() {}

    /**
     * Decodes a path once; a plus sign stays one.
     *
     * @param encoded a path, or a part of one
     * @return the text in clear
     * @throws InvalidAddress if an escape is cut off, not hexadecimal, or not UTF-8
     */
    public static String decodePath(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        StringBuilder out = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); ) {
            int octet = escapeAt(encoded, i);
            if (octet >= 0) {
                run.write(octet);
                i += 3;
            } else if (encoded.charAt(i) == '%') {
                throw new InvalidAddress("The path has a broken percent escape");
            } else {
                strictly(run, out);
                out.append(encoded.charAt(i++));
            }
        }
        strictly(run, out);
        return out.toString();
    }

    /**
     * Decodes a path once, but leaves the escapes of what would change its meaning: {@code / ? # %} and control characters.
     *
     * @throws InvalidAddress if an escape is cut off, not hexadecimal, or not UTF-8
     */
    static String decodeForRequestTarget(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        StringBuilder out = new StringBuilder(encoded.length());
        int from = 0;
        for (int i = 0; i < encoded.length(); ) {
            int octet = escapeAt(encoded, i);
            if (octet >= 0 && (octet < 0x20 || octet == 0x7F || "/?#%".indexOf(octet) >= 0)) {
                out.append(decodePath(encoded.substring(from, i))).append(encoded, i, i + 3);
                from = i + 3;
            }
            i += octet >= 0 ? 3 : 1;
        }
        return out.append(decodePath(encoded.substring(from))).toString();
    }

    /**
     * Decodes a form's value once. What is no escape stays as it stands; bytes that are no UTF-8 become U+FFFD.
     *
     * @param encoded a name or a value of a query, a plus sign for each blank
     * @return the text in clear
     */
    public static String decodeForm(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded.replace('+', ' ');
        }
        ByteArrayOutputStream run = new ByteArrayOutputStream(16);
        StringBuilder out = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); ) {
            int octet = escapeAt(encoded, i);
            if (octet > 0x7F) {
                run.write(octet);
                i += 3;
            } else {
                loosely(run, out);
                char c = octet >= 0 ? (char) octet : encoded.charAt(i);
                out.append(octet < 0 && c == '+' ? ' ' : c);
                i += octet >= 0 ? 3 : 1;
            }
        }
        loosely(run, out);
        return out.toString();
    }

    private static void loosely(ByteArrayOutputStream run, StringBuilder out) {
        if (run.size() > 0) {
            out.append(run.toString(StandardCharsets.UTF_8));
            run.reset();
        }
    }

    /**
     * Encodes a form's value: all but letters, digits and {@code .-*_}, with capital hexadecimal digits.
     *
     * @param text any; read as UTF-8
     * @return ASCII, a plus sign for each blank
     */
    public static String encodeForm(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * Encodes a path: all that may not stand in one. Slashes stay.
     *
     * @param text any; read as UTF-8
     * @return ASCII
     */
    public static String encodePath(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && PLAIN_IN_PATHS.indexOf(octet) >= 0) {
                out.append((char) octet);
            } else {
                out.append('%').append(hex(octet >> 4)).append(hex(octet));
            }
        }
        return out.toString();
    }

    private static char hex(int nibble) {
        return Character.toUpperCase(Character.forDigit(nibble & 0xF, 16));
    }

    /** {@return the octet whose escape stands at an index, or a negative number if none does} */
    private static int escapeAt(String text, int index) {
        if (text.charAt(index) != '%' || index + 2 >= text.length()) {
            return -1;
        }
        return digit(text.charAt(index + 1)) << 4 | digit(text.charAt(index + 2));
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static void strictly(ByteArrayOutputStream run, StringBuilder out) {
        if (run.size() > 0) {
            try {
                out.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(run.toByteArray())));
            } catch (CharacterCodingException e) {
                throw new InvalidAddress("The path has an escape that is not UTF-8");
            }
            run.reset();
        }
    }
}
