// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JWT in its compact form (RFC 7519, RFC 7515, section 7.1), of which nothing is proved yet.
 *
 * @param text all of it
 * @param header the first part; what it says of keys ({@code jwk}, {@code jku}, {@code x5c}, {@code x5u}) is looked at by nobody
 * @param algorithm how it says that it is signed: an allowed one
 */
record SignedToken(String text, JWSHeader header, Algorithm algorithm) {

    /** Encryption, with five parts, is not spoken; letters beside the alphabet and padding are no base64url. */
    private static final Pattern SHAPE = Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");

    /** A token for another purpose, of the same issuer, says so (RFC 8725, section 3.11). */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

    /** Takes a token apart. Throws {@link RefusedException} for one that no key could make good. */
    static SignedToken of(String text, Set<Algorithm> allowed) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw invalid("no JWT (expected: three parts of base64url with dots between)");
        }
        JWSHeader header;
        try {
            header = JWSHeader.parse(new Base64URL(parts.group(1)));
        } catch (ParseException | RuntimeException e) { // hostile text has made the library throw either
            throw invalid("a header that cannot be read, or alg: none (expected: a signed JWT)");
        }
        Algorithm algorithm = Algorithm.named(header.getAlgorithm().getName())
                .filter(allowed::contains)
                .orElseThrow(() -> invalid("alg: one that is not allowed (expected: one of " + allowed + ")"));
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw invalid("crit: something (expected: nothing that has to be understood)");
        }
        if (header.getType() != null
                && !TYPES.contains(header.getType().getType().toLowerCase(Locale.ROOT))) {
            throw invalid("typ: another purpose (expected: JWT or at+jwt)");
        }
        return new SignedToken(text, header, algorithm);
    }

    private static RefusedException invalid(String evidence) {
        return new RefusedException(Refusal.CREDENTIALS_INVALID, evidence);
    }

    /** {@return the name that the token gives the key that it is signed with; null if it names none} */
    @Nullable
    String keyId() {
        return header.getKeyID();
    }

    byte[] signed() {
        return text.substring(0, text.lastIndexOf('.')).getBytes(US_ASCII);
    }

    Base64URL signature() {
        return new Base64URL(text.substring(text.lastIndexOf('.') + 1));
    }

    /** {@return what stands for the token where it is to be remembered and nobody is to be able to show it} */
    ByteBuffer digest() {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: not in this JDK (expected: as in every one)", e);
        }
    }

    /** {@return what the token says, whoever signed it} Throws {@link RefusedException} if that is no object. */
    Map<?, ?> claims() {
        try {
            byte[] payload =
                    Base64.getUrlDecoder().decode(text.substring(text.indexOf('.') + 1, text.lastIndexOf('.')));
            Object json = Json.parse(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString());
            if (json instanceof Map<?, ?> claims) {
                return claims;
            }
        } catch (IllegalArgumentException | CharacterCodingException | MalformedJson e) {
            // said below
        }
        throw invalid("claims that cannot be read (expected: a JSON object)");
    }

    /** Names no part of the token. */
    @Override
    public String toString() {
        return "SignedToken[" + algorithm + "]";
    }
}
