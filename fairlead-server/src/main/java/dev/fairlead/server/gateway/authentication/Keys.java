// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.fairlead.server.settings.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What tokens may be signed with, as it was read at one time; and which tokens were found to be, so that clients that all come
 * back at once cost a digest each. With other keys comes another memory. Safe from any thread.
 */
final class Keys {

    /** How many tokens are remembered, each with some 150 bytes; the one that was not seen for the longest makes room. */
    static final int MOST_REMEMBERED = 10_000;

    /** How many keys are tried for a token that names none: each try costs as much as a signature does. */
    private static final int MOST_TRIED = 8;

    private final String written;
    private final List<Key> keys;

    private final Map<ByteBuffer, Boolean> good = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    /** A key without a name may be the one that a token names. */
    private record Key(@Nullable String id, Set<Algorithm> algorithms, JWSVerifier verifier) {

        boolean fits(SignedToken token) {
            return algorithms.contains(token.algorithm())
                    && (id == null || token.keyId() == null || id.equals(token.keyId()));
        }

        boolean signed(SignedToken token) {
            try {
                return verifier.verify(token.header(), token.signed(), token.signature());
            } catch (JOSEException | RuntimeException e) { // hostile text has made the library throw either
                return false;
            }
        }
    }

    private Keys(String written, List<Key> keys) {
        this.written = written;
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads a key set (RFC 7517, section 5). Keys that are not for signatures, of unknown kinds, or too short are passed over.
     *
     * @throws UnusableKeys if no key is left
     */
    static Keys of(String written, Set<Algorithm> allowed) throws UnusableKeys {
        List<JWK> all;
        try {
            all = JWKSet.parse(written).getKeys();
        } catch (ParseException | RuntimeException e) { // hostile text has made the library throw either
            throw new UnusableKeys("no key set (expected: JSON as in RFC 7517, section 5)");
        }
        List<Key> keys = new ArrayList<>();
        for (JWK one : all) {
            Set<Algorithm> algorithms = Algorithm.of(one);
            algorithms.retainAll(allowed);
            if (!algorithms.isEmpty() && isForSignatures(one)) {
                try {
                    keys.add(new Key(one.getKeyID(), algorithms, verifier(one)));
                } catch (JOSEException | GeneralSecurityException | RuntimeException e) {
                    // RFC 7517, section 5: what is out of range is passed over
                }
            }
        }
        if (keys.isEmpty()) {
            throw new UnusableKeys("no key for any of " + allowed + " among " + all.size()
                    + " (expected: a public key for signatures)");
        }
        return new Keys(written, keys);
    }

    private static boolean isForSignatures(JWK key) {
        return (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException, GeneralSecurityException {
        return switch (key) {
            case RSAKey rsa -> new RSASSAVerifier(rsa.toRSAPublicKey());
            case ECKey ec -> new ECDSAVerifier(ec.toECPublicKey());
            case OctetKeyPair pair -> new Ed25519Verifier(pair);
            default -> throw new JOSEException("kty: " + key.getKeyType() + " (expected: a public key)");
        };
    }

    /** Makes the one key that a secret is; a token may call it as it likes. */
    static Keys of(Secret secret, Set<Algorithm> allowed) {
        try {
            return new Keys(
                    "",
                    List.of(new Key(
                            null,
                            EnumSet.copyOf(allowed),
                            new MACVerifier(secret.reveal().getBytes(UTF_8)))));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("secret: too short (expected: 32 bytes or more)", e);
        }
    }

    /** {@return whether these were read from that text} */
    boolean isReadFrom(String text) {
        return written.equals(text);
    }

    /** {@return whether there is a key that the token could be signed with} */
    boolean mayKnow(SignedToken token) {
        return keys.stream().anyMatch(key -> key.fits(token));
    }

    /** {@return whether one of the keys signed the token} */
    boolean signed(SignedToken token) {
        ByteBuffer digest = token.digest();
        if (good.get(digest) != null) {
            return true;
        }
        boolean signed =
                keys.stream().filter(key -> key.fits(token)).limit(MOST_TRIED).anyMatch(key -> key.signed(token));
        if (signed) {
            good.put(digest, true);
        }
        return signed;
    }

    int remembered() {
        return good.size();
    }
}
