// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Secret;
import dev.fairlead.server.settings.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which JWTs are believed.
 *
 * @param signers whose
 * @param algorithms how they may be signed; with a key set {@code RS256, PS256, ES256, EdDSA, Ed25519} unless told, with a
 *     secret {@code HS256}
 * @param rules what they have to say
 */
public record JwtConfig(Signers signers, Set<Algorithm> algorithms, ClaimRules rules) {

    private static final Duration DEFAULT_SKEW = Duration.ofSeconds(30);
    private static final Duration DEFAULT_REFRESH = Duration.ofMinutes(15);
    private static final Duration DEFAULT_KEPT_FOR = Duration.ofDays(1);
    private static final Duration FILE_REFRESH = Duration.ofSeconds(2);
    private static final String DEFAULT_USER_CLAIM = "sub";

    private static final Kind<String> TEXT =
            Kind.text("a text, compared exactly", "https://login.example.com", text -> !text.isBlank());
    private static final Kind<String> CLAIM = Kind.text("a text", DEFAULT_USER_CLAIM, text -> !text.isBlank());
    private static final Kind<KeySource> JWKS = Kind.of(
            "a path, or an address such as https://login.example.com/keys",
            "keys.json",
            KeySource::parse,
            KeySource::toString);

    /** Whose tokens are believed. */
    public sealed interface Signers {

        /**
         * Those whose public keys stand in a key set.
         *
         * @param jwks where it is written
         * @param refresh how often it is read
         * @param keptFor how long it holds after it was last read
         */
        record Written(KeySource jwks, Duration refresh, Duration keptFor) implements Signers {}

        /**
         * Those who know a secret.
         *
         * @param secret 32 bytes of UTF-8 or more
         */
        record Shared(Secret secret) implements Signers {}
    }

    /** Takes a copy of the algorithms. */
    public JwtConfig {
        algorithms = Collections.unmodifiableSet(new TreeSet<>(algorithms));
    }

    /**
     * Reads the keys of JWTs in the section of an endpoint's authentication.
     *
     * @param wanted whether they are what clients show: if not, none of these keys may be set
     */
    static JwtConfig read(Section in, boolean wanted) {
        List<String> issuers = in.oneOrSeveral(
                "issuer",
                "what the iss of a JWT may be; better set: else every token of the keys' owner is believed",
                TEXT,
                List.of());
        List<String> audiences = in.oneOrSeveral(
                "audience",
                "what the aud of a JWT has to have one of; better set: else tokens for other services are believed, too",
                TEXT,
                List.of());
        KeySource jwks = in.optional(
                "jwks",
                "where the public keys of the signers of JWTs are written (RFC 7517): a file, which is re-read when it "
                        + "changes, or an address",
                JWKS,
                "JWTs are checked with secret");
        Secret secret = in.optional(
                "secret",
                "what JWTs are signed with, in place of jwks, by somebody who knows it, too",
                Kind.secret(32, 1024),
                "JWTs are checked with jwks");
        List<Algorithm> told = in.values(
                "algorithms",
                "how JWTs may be signed; empty: RS256, PS256, ES256, EdDSA or Ed25519 with jwks, HS256 with secret",
                Kind.oneOf(Algorithm.WORDS),
                List.of());
        String userClaim = in.value("userClaim", "which claim of a JWT names the user", CLAIM, DEFAULT_USER_CLAIM);
        List<RequiredClaim> claims =
                in.sections("claims", "what a JWT has to say beside", List.of(), RequiredClaim::read);
        Duration clockSkew = in.duration(
                "clockSkew",
                "how far the nbf and iat of a JWT may lie ahead; its exp is taken as it stands",
                DEFAULT_SKEW,
                Range.of(Duration.ZERO, Duration.ofMinutes(10)));
        Duration refresh = in.duration(
                "jwksRefresh",
                "how often jwks is read if it is an address; a token that names an unknown key has it read at once",
                DEFAULT_REFRESH,
                Range.of(Duration.ofSeconds(10), Duration.ofDays(1)));
        Duration keptFor = in.duration(
                "jwksKeptFor",
                "how long keys hold after they were last read, while jwks cannot be",
                DEFAULT_KEPT_FOR,
                Range.of(Duration.ofMinutes(1), Duration.ofDays(30)));
        if (wanted) {
            checkSigners(in, jwks, secret);
            checkAlgorithms(in, told, secret);
            if (refresh.compareTo(keptFor) >= 0 && in.isSound("jwksRefresh") && in.isSound("jwksKeptFor")) {
                in.problem("jwksKeptFor", "not longer than jwksRefresh (expected: longer)");
            }
            if (jwks instanceof KeySource.InFile file
                    && secret == null
                    && in.isSound("jwks")
                    && in.isSound("algorithms")) {
                checkFile(in, file, allowed(told, secret));
            }
        } else {
            List<String> set = new ArrayList<>();
            addIf(!issuers.isEmpty(), "issuer", set);
            addIf(!audiences.isEmpty(), "audience", set);
            addIf(jwks != null, "jwks", set);
            addIf(secret != null, "secret", set);
            addIf(!told.isEmpty(), "algorithms", set);
            addIf(!userClaim.equals(DEFAULT_USER_CLAIM), "userClaim", set);
            addIf(!claims.isEmpty(), "claims", set);
            addIf(!clockSkew.equals(DEFAULT_SKEW), "clockSkew", set);
            addIf(!refresh.equals(DEFAULT_REFRESH), "jwksRefresh", set);
            addIf(!keptFor.equals(DEFAULT_KEPT_FOR), "jwksKeptFor", set);
            set.forEach(key -> in.problem(key, "set (expected: only with type: jwt)"));
        }
        Signers signers = secret == null
                ? new Signers.Written(
                        jwks == null ? KeySource.parse("keys.json") : jwks,
                        jwks instanceof KeySource.AtUrl ? refresh : FILE_REFRESH,
                        keptFor)
                : new Signers.Shared(secret);
        return new JwtConfig(
                signers, allowed(told, secret), new ClaimRules(issuers, audiences, userClaim, claims, clockSkew));
    }

    private static void addIf(boolean isSet, String key, List<String> set) {
        if (isSet) {
            set.add(key);
        }
    }

    private static Set<Algorithm> allowed(List<Algorithm> told, @Nullable Secret secret) {
        if (!told.isEmpty()) {
            return EnumSet.copyOf(told);
        }
        return secret == null ? Algorithm.USUAL : EnumSet.of(Algorithm.HS256);
    }

    private static void checkSigners(Section in, @Nullable KeySource jwks, @Nullable Secret secret) {
        if (!in.isSound("jwks") || !in.isSound("secret")) {
            return;
        }
        if (jwks == null && secret == null) {
            in.problem("jwks", "missing (expected: " + JWKS.expected() + "; or secret)");
        } else if (jwks != null && secret != null) {
            in.problem("secret", "set beside jwks (expected: one of them)");
        }
    }

    /** A key that everybody knows is no secret to sign with, and a secret is no public key. */
    private static void checkAlgorithms(Section in, List<Algorithm> told, @Nullable Secret secret) {
        if (!in.isSound("algorithms") || !in.isSound("secret")) {
            return;
        }
        boolean shared = secret != null;
        String wrong = told.stream()
                .filter(one -> one.isShared() != shared)
                .map(Algorithm::toString)
                .collect(Collectors.joining(", "));
        if (!wrong.isEmpty()) {
            in.problem(
                    "algorithms",
                    wrong
                            + (shared
                                    ? " with secret (expected: HS256, HS384 or HS512)"
                                    : " with jwks (expected: others)"));
        } else if (secret != null) {
            int bytes = secret.reveal().getBytes(UTF_8).length;
            int least = told.stream().mapToInt(Algorithm::shortestSecret).max().orElse(0);
            if (bytes < least) {
                in.problem("secret", "a secret of " + bytes + " bytes (expected: " + least + " for the algorithms)");
            }
        }
    }

    /** A start with a bad file is refused, as with certificates; one that turns bad later leaves the old keys. */
    private static void checkFile(Section in, KeySource.InFile file, Set<Algorithm> allowed) {
        try {
            var _ = Keys.of(file.read(), allowed);
        } catch (UnusableKeys unusable) {
            in.problem("jwks", file + ": " + unusable.why());
        }
    }
}
