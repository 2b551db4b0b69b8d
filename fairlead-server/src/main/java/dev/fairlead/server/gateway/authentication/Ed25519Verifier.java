// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;

/** Checks signatures of Ed25519 (RFC 8032) with what the JDK brings: the library wants another library for them. */
final class Ed25519Verifier implements JWSVerifier {

    private static final String NAME = "Ed25519";
    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    /** What stands before the 32 bytes of a key in its X.509 form (RFC 8410, section 4). */
    private static final byte[] X509_START = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PublicKey key;
    private final JCAContext context = new JCAContext();

    Ed25519Verifier(OctetKeyPair pair) throws GeneralSecurityException {
        byte[] point = pair.getDecodedX();
        if (point.length != KEY_BYTES) {
            throw new GeneralSecurityException("x: " + point.length + " bytes (expected: " + KEY_BYTES + ")");
        }
        byte[] encoded = new byte[X509_START.length + KEY_BYTES];
        System.arraycopy(X509_START, 0, encoded, 0, X509_START.length);
        System.arraycopy(point, 0, encoded, X509_START.length, KEY_BYTES);
        this.key = KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature) {
        byte[] bytes = signature.decode();
        if (bytes.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature check = Signature.getInstance(NAME);
            check.initVerify(key);
            check.update(signingInput);
            return check.verify(bytes);
        } catch (SignatureException e) {
            return false; // no point of the curve
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(NAME + ": not in this JDK (expected: as since Java 15)", e);
        }
    }

    @Override
    public Set<JWSAlgorithm> supportedJWSAlgorithms() {
        return Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);
    }

    @Override
    public JCAContext getJCAContext() {
        return context;
    }
}
