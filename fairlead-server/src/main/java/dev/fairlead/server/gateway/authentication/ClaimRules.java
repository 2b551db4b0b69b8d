// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.gateway.session.Client;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a token of a known signer has to say (RFC 7519, section 4.1), and who its client is then. The reasons of refusals name
 * claims of the standard and of the configuration, and never what a token says there.
 *
 * @param issuers of which its {@code iss} is one; empty: whatever it is
 * @param audiences of which its {@code aud} has one; empty: whatever it is
 * @param userClaim which claim names the user
 * @param required what it has to say beside
 * @param clockSkew how far its {@code nbf} and {@code iat} may lie ahead. Its {@code exp} is taken as it stands, since the
 *     session ends then
 */
public record ClaimRules(
        List<String> issuers,
        List<String> audiences,
        String userClaim,
        List<RequiredClaim> required,
        Duration clockSkew) {

    /** Takes copies of the lists. */
    public ClaimRules {
        issuers = List.copyOf(issuers);
        audiences = List.copyOf(audiences);
        required = List.copyOf(required);
    }

    /** Nothing that ends later needs a timer, and timers count nanoseconds in 64 bits, which end after 292 years. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Judges a token. Throws {@link RefusedException} for one that is not good here and now. */
    Client client(String token, Map<?, ?> claims, Instant now) {
        Instant expires = moment(claims, "exp");
        if (expires == null) {
            throw invalid("exp: missing (expected: a token that ends)");
        }
        if (!expires.isAfter(now)) {
            throw new RefusedException(Refusal.CREDENTIALS_EXPIRED, "exp: in the past (expected: a time to come)");
        }
        Instant notBefore = moment(claims, "nbf");
        if (notBefore != null && notBefore.isAfter(now.plus(clockSkew))) {
            throw invalid("nbf: in the future (expected: a token that is valid by now; compare the clocks)");
        }
        Instant issued = moment(claims, "iat");
        if (issued != null && issued.isAfter(now.plus(clockSkew))) {
            throw invalid("iat: in the future (expected: a token that was made by now; compare the clocks)");
        }
        if (!issuers.isEmpty() && !(claims.get("iss") instanceof String issuer && issuers.contains(issuer))) {
            throw invalid("iss: missing, or another (expected: one of authentication.issuer)");
        }
        if (!audiences.isEmpty() && !isForUs(claims.get("aud"))) {
            throw invalid("aud: missing, or others (expected: one of authentication.audience)");
        }
        for (RequiredClaim one : required) {
            if (!one.isIn(claims)) {
                throw invalid(one.name() + ": missing, or something else (expected: as authentication.claims say)");
            }
        }
        Map<String, Object> said = new HashMap<>();
        claims.forEach((name, value) -> {
            if (value != null) {
                said.put(String.valueOf(name), value);
            }
        });
        Instant last = now.plus(LONGEST);
        return new Client(user(claims), expires.isBefore(last) ? expires : last, said, token);
    }

    private boolean isForUs(@Nullable Object audience) {
        return switch (audience) {
            case String one -> audiences.contains(one);
            case List<?> several -> several.stream().anyMatch(one -> one instanceof String && audiences.contains(one));
            case null, default -> false;
        };
    }

    /** Numbers that are not whole, or do not fit, are no names: two of them could look the same. */
    private String user(Map<?, ?> claims) {
        String user =
                switch (claims.get(userClaim)) {
                    case String text -> text;
                    case Long number -> number.toString();
                    case null, default -> "";
                };
        if (!KnownToken.isUser(user)) {
            throw invalid(userClaim
                    + ": missing, or no name (expected: 1 to 256 characters as authentication.userClaim says)");
        }
        return user;
    }

    /** A NumericDate: seconds, perhaps with a fraction, which is left off. */
    private static @Nullable Instant moment(Map<?, ?> claims, String name) {
        Object value = claims.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number seconds)) {
            throw invalid(name + ": no number (expected: seconds since 1970)");
        }
        long whole = seconds instanceof Double fraction ? (long) Math.floor(fraction) : seconds.longValue();
        return Instant.ofEpochSecond(
                Math.clamp(whole, Instant.EPOCH.getEpochSecond(), Instant.MAX.getEpochSecond() / 2));
    }

    private static RefusedException invalid(String evidence) {
        return new RefusedException(Refusal.CREDENTIALS_INVALID, evidence);
    }
}
