// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How a token may be signed (RFC 7518, section 3.1; RFC 8037; RFC 9864). Not to sign it is not among them. */
public enum Algorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256("RS256", Family.RSA),
    /** RSASSA-PKCS1-v1_5 with SHA-384. */
    RS384("RS384", Family.RSA),
    /** RSASSA-PKCS1-v1_5 with SHA-512. */
    RS512("RS512", Family.RSA),
    /** RSASSA-PSS with SHA-256. */
    PS256("PS256", Family.RSA),
    /** RSASSA-PSS with SHA-384. */
    PS384("PS384", Family.RSA),
    /** RSASSA-PSS with SHA-512. */
    PS512("PS512", Family.RSA),
    /** ECDSA with P-256 and SHA-256. */
    ES256("ES256", Family.P_256),
    /** ECDSA with P-384 and SHA-384. */
    ES384("ES384", Family.P_384),
    /** ECDSA with P-521 and SHA-512. */
    ES512("ES512", Family.P_521),
    /** Ed25519, by the name that most issuers give it. */
    EDDSA("EdDSA", Family.ED25519),
    /** Ed25519, by its own name. */
    ED25519("Ed25519", Family.ED25519),
    /** HMAC with SHA-256. */
    HS256("HS256", Family.HMAC),
    /** HMAC with SHA-384. */
    HS384("HS384", Family.HMAC),
    /** HMAC with SHA-512. */
    HS512("HS512", Family.HMAC);

    /** What is allowed with a key set, unless told. */
    static final Set<Algorithm> USUAL = Collections.unmodifiableSet(EnumSet.of(RS256, PS256, ES256, EDDSA, ED25519));

    /** All, with the words that name them in tokens and in the configuration. */
    static final Map<Algorithm, String> WORDS =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Function.identity(), one -> one.word));

    private static final Map<String, Algorithm> BY_WORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(one -> one.word, Function.identity()));

    /** NIST SP 800-131A, and RFC 7518, sections 3.3 and 3.5, know no shorter RSA keys. */
    private static final int SHORTEST_RSA_BITS = 2048;

    private final String word;
    private final Family family;

    private enum Family {
        RSA,
        P_256,
        P_384,
        P_521,
        ED25519,
        HMAC
    }

    Algorithm(String word, Family family) {
        this.word = word;
        this.family = family;
    }

    /** {@return the algorithm of that name; empty for all others} */
    static Optional<Algorithm> named(String word) {
        return Optional.ofNullable(BY_WORD.get(word));
    }

    /** {@return whether whoever can check a signature can make one, too} */
    boolean isShared() {
        return family == Family.HMAC;
    }

    /** {@return how many bytes a shared secret has at least (RFC 7518, section 3.2)} */
    int shortestSecret() {
        return switch (this) {
            case HS384 -> 384 / Byte.SIZE;
            case HS512 -> 512 / Byte.SIZE;
            default -> 256 / Byte.SIZE;
        };
    }

    /**
     * {@return those for which a public key of a key set is meant} None for kinds of keys that are unknown here, and for
     * secrets, which have no place in a key set that others can read.
     */
    static Set<Algorithm> of(JWK key) {
        Family family =
                switch (key) {
                    case RSAKey rsa -> rsa.size() >= SHORTEST_RSA_BITS ? Family.RSA : null;
                    case ECKey ec when ec.getCurve().equals(Curve.P_256) -> Family.P_256;
                    case ECKey ec when ec.getCurve().equals(Curve.P_384) -> Family.P_384;
                    case ECKey ec when ec.getCurve().equals(Curve.P_521) -> Family.P_521;
                    case OctetKeyPair pair when pair.getCurve().equals(Curve.Ed25519) -> Family.ED25519;
                    default -> null;
                };
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        for (Algorithm one : values()) {
            if (one.family == family && (key.getAlgorithm() == null || one.isMeantBy(key.getAlgorithm()))) {
                algorithms.add(one);
            }
        }
        return algorithms;
    }

    /** The two names of Ed25519 are one algorithm. */
    private boolean isMeantBy(com.nimbusds.jose.Algorithm told) {
        return named(told.getName())
                .map(meant -> meant == this || (family == Family.ED25519 && meant.family == Family.ED25519))
                .orElse(false);
    }

    @Override
    public String toString() {
        return word;
    }
}
