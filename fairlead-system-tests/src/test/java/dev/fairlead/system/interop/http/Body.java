// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The bodies that both sides know, and how they tell of them. */
final class Body {

    private Body() {}

    /** {@return so many bytes, as the programs make them} */
    static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + 3);
        }
        return bytes;
    }

    /** {@return length and hash of a body} */
    static String summary(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return bytes.length + " " + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** {@return length and hash of what the programs tell of a body of this length, having read it} */
    static String summaryOfDigest(int length) {
        return summary(summary(pattern(length)).getBytes(StandardCharsets.US_ASCII));
    }
}
