// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The proof that a server understood an upgrade request (RFC 6455, sections 1.3 and 4.2.2). */
public final class UpgradeKey {

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private UpgradeKey() {}

    /**
     * {@return the {@code Sec-WebSocket-Accept} value for a {@code Sec-WebSocket-Key}}
     *
     * @param key the header's value as received, of any length: one client of Hybrid Connections sends keys that are not
     *     16 bytes
     */
    public static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key.trim() + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
