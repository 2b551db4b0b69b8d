// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The RSA keys of services, as PEM texts. */
public final class ServiceKeys {

    private static final int BITS = 2048;

    private ServiceKeys() {}

    /** {@return a key pair of 2,048 bits} */
    public static KeyPair fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no RSA", e);
        }
    }

    /** {@return the public key as a service describes it: {@code SubjectPublicKeyInfo}, lines of 64 characters} */
    public static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /**
     * {@return the public key of a description}
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static PublicKey publicKey(String pem) {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der(pem, "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("public key: none (expected: an RSA key as PEM)", e);
        }
    }

    /**
     * {@return a service's private key}
     *
     * @param pem PKCS#8, not encrypted: {@code -----BEGIN PRIVATE KEY-----}
     * @throws IllegalArgumentException if the text is none
     */
    public static PrivateKey privateKey(String pem) {
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der(pem, "PRIVATE KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("private key: none (expected: an RSA key as PEM, PKCS#8)", e);
        }
    }

    private static byte[] der(String pem, String what) {
        String begin = "-----BEGIN " + what + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + what + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("key: no " + begin);
        }
        return Base64.getMimeDecoder()
                .decode(pem.substring(from + begin.length(), to).getBytes(StandardCharsets.US_ASCII));
    }
}
