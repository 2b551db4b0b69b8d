// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A named signing key. It never leaves this class as text: not in {@code toString}, not in an exception. */
public final class SasKey {

    private static final String ALGORITHM = "HmacSHA256";

    private final String name;
    private final SecretKeySpec key;

    private SasKey(String name, SecretKeySpec key) {
        this.name = name;
        this.key = key;
    }

    /**
     * Takes a key as it stands in a connection string. Its bytes are the UTF-8 of the text: keys look like base64, and are
     * not decoded.
     *
     * @param name the authorization rule that the key belongs to; not empty
     * @param key not empty
     * @return the key, for signing and for checking
     * @throws IllegalArgumentException if either is empty
     */
    public static SasKey of(String name, String key) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name: empty (expected: the name of an authorization rule)");
        }
        if (key.isEmpty()) {
            throw new IllegalArgumentException("key: empty (expected: the key of the rule " + name + ")");
        }
        return new SasKey(name, new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
    }

    /** {@return the authorization rule that the key belongs to} */
    public String name() {
        return name;
    }

    /**
     * {@return the signature of a text: HMAC-SHA256 of its UTF-8, in base64 with padding}
     *
     * @param text of any length
     */
    public String sign(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }

    /**
     * Whether {@code signature} (base64) is this key's for {@code text}; takes the same time either way.
     *
     * @param text what was signed
     * @param signature what is claimed to be its signature
     * @return whether it is
     */
    public boolean signed(String text, String signature) {
        return MessageDigest.isEqual(
                sign(text).getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "SasKey[" + name + "]";
    }
}
