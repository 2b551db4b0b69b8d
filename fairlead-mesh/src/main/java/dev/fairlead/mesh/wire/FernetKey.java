// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key of Fernet (AES-128 in CBC mode, authenticated with HMAC-SHA256): one for each encrypted request and its response. It
 * never leaves this class as text but for {@link SealedBody}.
 */
public final class FernetKey {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte VERSION = (byte) 0x80;
    private static final int HALF_BYTES = 16;
    private static final int IV_BYTES = 16;
    private static final int MAC_BYTES = 32;
    private static final int HEAD_BYTES = 1 + Long.BYTES + IV_BYTES;

    private final byte[] key;

    private FernetKey(byte[] key) {
        this.key = key;
    }

    /** {@return a key of random bytes} */
    public static FernetKey fresh() {
        byte[] key = new byte[2 * HALF_BYTES];
        RANDOM.nextBytes(key);
        return new FernetKey(key);
    }

    /**
     * {@return the key that these 44 characters of base64 are}
     *
     * @throws MalformedMeshMessage if they are none
     */
    static FernetKey parse(byte[] text) {
        try {
            byte[] key = Base64.getUrlDecoder().decode(text);
            if (key.length == 2 * HALF_BYTES) {
                return new FernetKey(key);
            }
        } catch (IllegalArgumentException notBase64) {
            // told below
        }
        throw new MalformedMeshMessage("body: sealed with no Fernet key");
    }

    byte[] text() {
        return Base64.getUrlEncoder().encode(key);
    }

    /** {@return a token, in ASCII} */
    byte[] encrypt(byte[] plain, InstantSource clock) {
        byte[] iv = new byte[IV_BYTES];
        RANDOM.nextBytes(iv);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv).doFinal(plain);
            ByteBuffer token = ByteBuffer.allocate(HEAD_BYTES + sealed.length + MAC_BYTES)
                    .put(VERSION)
                    .putLong(clock.instant().getEpochSecond())
                    .put(iv)
                    .put(sealed);
            token.put(mac(token.array(), token.position()));
            return Base64.getUrlEncoder().encode(token.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES or HMAC-SHA256", e);
        }
    }

    /**
     * {@return what a token holds; its age does not matter}
     *
     * @throws MalformedMeshMessage if it is no token, or of another key
     */
    byte[] decrypt(byte[] text) {
        try {
            byte[] token = Base64.getUrlDecoder().decode(text);
            int end = token.length - MAC_BYTES;
            if (end > HEAD_BYTES
                    && token[0] == VERSION
                    && MessageDigest.isEqual(mac(token, end), Arrays.copyOfRange(token, end, token.length))) {
                byte[] iv = Arrays.copyOfRange(token, HEAD_BYTES - IV_BYTES, HEAD_BYTES);
                return cipher(Cipher.DECRYPT_MODE, iv).doFinal(token, HEAD_BYTES, end - HEAD_BYTES);
            }
        } catch (IllegalArgumentException | GeneralSecurityException noToken) {
            // told below
        }
        throw new MalformedMeshMessage("body: no Fernet token of this key");
    }

    private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(key, HALF_BYTES, HALF_BYTES, "AES"), new IvParameterSpec(iv));
        return cipher;
    }

    private byte[] mac(byte[] bytes, int length) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, 0, HALF_BYTES, "HmacSHA256"));
        mac.update(bytes, 0, length);
        return mac.doFinal();
    }

    @Override
    public String toString() {
        return "FernetKey[…]";
    }
}
