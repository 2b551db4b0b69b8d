// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * The encrypted option: {@code base64(key) "." base64(token)}, where the key is a {@link FernetKey}'s text, sealed for the
 * service with RSA-OAEP (SHA-256 for both hashes), and the token is the plain body under that key.
 *
 * @param key the request's own, under which the response goes back
 * @param plain the body
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, and neither compared nor kept
public record SealedBody(FernetKey key, byte[] plain) {

    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    /**
     * {@return a body that only the owner of the service's private key can read}
     *
     * @param service the service's public key, in both directions
     */
    public static byte[] seal(byte[] plain, FernetKey key, PublicKey service) {
        Base64.Encoder base64 = Base64.getEncoder();
        try {
            Cipher rsa = rsa();
            rsa.init(Cipher.ENCRYPT_MODE, service, OAEP);
            String head = base64.encodeToString(rsa.doFinal(key.text()));
            String tail = base64.encodeToString(key.encrypt(plain, InstantSource.system()));
            return (head + "." + tail).getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("service: no key for RSA-OAEP with SHA-256", e);
        }
    }

    /**
     * Opens a request or command, as its service.
     *
     * @throws MalformedMeshMessage if it is not sealed for this key
     */
    public static SealedBody open(byte[] body, PrivateKey own) {
        int dot = dot(body);
        try {
            Cipher rsa = rsa();
            rsa.init(Cipher.DECRYPT_MODE, own, OAEP);
            FernetKey key = FernetKey.parse(rsa.doFinal(decoded(body, 0, dot)));
            return new SealedBody(key, key.decrypt(decoded(body, dot + 1, body.length)));
        } catch (GeneralSecurityException notOurs) {
            throw new MalformedMeshMessage("body: not sealed for this service");
        }
    }

    /**
     * Opens a response, as the one who asked.
     *
     * @param key the request's
     * @throws MalformedMeshMessage if it is not sealed with this key
     */
    public static byte[] open(byte[] body, FernetKey key) {
        return key.decrypt(decoded(body, dot(body) + 1, body.length));
    }

    private static Cipher rsa() throws GeneralSecurityException {
        return Cipher.getInstance("RSA/ECB/OAEPPadding");
    }

    private static int dot(byte[] body) {
        for (int i = 0; i < body.length; i++) {
            if (body[i] == '.') {
                return i;
            }
        }
        throw new MalformedMeshMessage("body: said to be encrypted, and is not");
    }

    private static byte[] decoded(byte[] body, int from, int to) {
        try {
            return Base64.getDecoder().decode(Arrays.copyOfRange(body, from, to));
        } catch (IllegalArgumentException notBase64) {
            throw new MalformedMeshMessage("body: said to be encrypted, and is no base64");
        }
    }
}
