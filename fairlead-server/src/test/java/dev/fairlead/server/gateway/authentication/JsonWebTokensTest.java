// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which JWTs are good, with real keys; and the attacks on them that are known. */
class JsonWebTokensTest {

    private static final Set<Algorithm> ALL_PUBLIC = EnumSet.range(Algorithm.RS256, Algorithm.ED25519);
    private static final TokenIssuer RSA = TokenIssuer.of("rsa", "RS256");
    private static final TokenIssuer EC = TokenIssuer.of("ec", "ES256");
    private static final long NOW = FakeTime.START.getEpochSecond();

    private final FakeTime time = new FakeTime();
    private ClaimRules rules = new ClaimRules(
            List.of("https://issuer.test"), List.of("chat", "news"), "sub", List.of(), Duration.ofSeconds(30));

    private static Map<String, Object> claims() {
        Map<String, Object> claims = new HashMap<>();
        claims.put("iss", "https://issuer.test");
        claims.put("aud", "chat");
        claims.put("sub", "ada");
        claims.put("exp", NOW + 600);
        return claims;
    }

    private static Map<String, Object> claims(String name, Object value) {
        Map<String, Object> claims = claims();
        claims.put(name, value);
        return claims;
    }

    private static Map<String, Object> claimsWithout(String name) {
        Map<String, Object> claims = claims();
        claims.remove(name);
        return claims;
    }

    private JsonWebTokens tokens(Keys keys, Set<Algorithm> algorithms) {
        return new JsonWebTokens(List.of(new Place.Authorization()), algorithms, rules, new KeyRing.Fixed(keys), time);
    }

    private JsonWebTokens tokens(Set<Algorithm> algorithms, String keySet) {
        try {
            return tokens(Keys.of(keySet, algorithms), algorithms);
        } catch (UnusableKeys e) {
            throw new AssertionError(e);
        }
    }

    private JsonWebTokens tokens() {
        return tokens(Algorithm.USUAL, TokenIssuer.keySet(RSA, EC));
    }

    private static Client client(JsonWebTokens tokens, String token) {
        return tokens.admit(PlaceTest.request("/ws", "Authorization: Bearer " + token))
                .toCompletableFuture()
                .join()
                .client();
    }

    private static String evidence(JsonWebTokens tokens, String token, Refusal refusal) {
        try {
            client(tokens, token);
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(RefusedException.class);
            RefusedException refused = (RefusedException) e.getCause();
            assertThat(refused.answer().refusal()).isEqualTo(refusal);
            assertThat(refused.answer().evidence()).isEqualTo(refusal.summary());
            return refused.getMessage();
        }
        throw new AssertionError("the token was let in (expected: " + refusal + ")");
    }

    private static String evidence(JsonWebTokens tokens, String token) {
        return evidence(tokens, token, Refusal.CREDENTIALS_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
    void tokenOfAKnownKeyIsGood(String algorithm) {
        TokenIssuer issuer = TokenIssuer.of("one", algorithm);
        String token = issuer.sign(claims("admin", true));

        Client client = client(tokens(ALL_PUBLIC, TokenIssuer.keySet(RSA, EC, issuer)), token);

        assertThat(client.user()).isEqualTo("ada");
        assertThat(client.expiresAt()).isEqualTo(FakeTime.START.plusSeconds(600));
        assertThat(client.token()).isEqualTo(token);
        assertThat(client.claims())
                .isEqualTo(Map.of(
                        "iss", "https://issuer.test", "aud", "chat", "sub", "ada", "exp", NOW + 600, "admin", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void tokenOfAnotherKeyOfThatNameIsRefused(String algorithm) {
        TokenIssuer known = TokenIssuer.of("one", algorithm);
        TokenIssuer stranger = TokenIssuer.of("one", algorithm);

        assertThat(evidence(tokens(Algorithm.USUAL, TokenIssuer.keySet(known)), stranger.sign(claims())))
                .contains("signature: wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void tokenThatWasChangedIsRefused(String algorithm) {
        TokenIssuer issuer = TokenIssuer.of("one", algorithm);
        JsonWebTokens tokens = tokens(Algorithm.USUAL, TokenIssuer.keySet(issuer));
        String[] parts = issuer.sign(claims()).split("\\.", -1);
        String changed = TokenIssuer.base64(Json.write(claims("sub", "eve")).getBytes(UTF_8));
        String zeros = TokenIssuer.base64(new byte[64]);

        assertThat(client(tokens, String.join(".", parts)).user()).isEqualTo("ada");
        assertThat(evidence(tokens, parts[0] + "." + changed + "." + parts[2])).contains("signature");
        assertThat(evidence(tokens, parts[0] + "." + parts[1] + "." + zeros)).contains("signature");
        assertThat(evidence(tokens, parts[0] + "." + parts[1] + ".AA")).contains("signature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", ""})
    void tokenThatIsNotSignedIsRefused(String algorithm) {
        String header = TokenIssuer.base64(("{\"alg\":\"" + algorithm + "\",\"kid\":\"rsa\"}").getBytes(UTF_8));
        String payload = TokenIssuer.base64(Json.write(claims()).getBytes(UTF_8));
        String[] parts = RSA.sign(claims()).split("\\.", -1);

        assertThat(evidence(tokens(), header + "." + payload + ".AAAA")).contains("alg");
        assertThat(evidence(tokens(), header + "." + payload + "." + parts[2])).contains("alg");
        assertThat(evidence(tokens(), header + "." + payload + ".")).contains("no JWT");
    }

    @Test
    void publicKeyIsNoSecret() {
        Map<String, Object> header = Map.of("alg", "HS256", "kid", "rsa");
        byte[] der = RSA.pair().getPublic().getEncoded();
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(UTF_8);

        for (byte[] secret : List.of(der, pem, TokenIssuer.keySet(RSA, EC).getBytes(UTF_8))) {
            assertThat(evidence(tokens(), TokenIssuer.signWithSecret(secret, header, claims())))
                    .contains("alg: one that is not allowed");
        }
    }

    @Test
    void secretInAKeySetSignsNothing() {
        byte[] secret = "a secret of more than 32 bytes, which is enough".getBytes(UTF_8);
        Map<String, Object> key = Map.of("kty", "oct", "kid", "oct", "k", TokenIssuer.base64(secret));
        Set<Algorithm> all = EnumSet.allOf(Algorithm.class);
        String token = TokenIssuer.signWithSecret(secret, Map.of("alg", "HS256", "kid", "oct"), claims());

        assertThat(evidence(tokens(all, TokenIssuer.keySet(List.of(key, RSA.publicKey()))), token))
                .contains("of no key");
    }

    @Test
    void algorithmOfATokenIsOneOfItsKey() {
        Map<String, Object> key = RSA.publicKey();
        key.put("alg", "PS256");
        Map<String, Object> header = RSA.header();
        header.put("alg", "ES256");

        assertThat(evidence(
                        tokens(Algorithm.USUAL, TokenIssuer.keySet(List.of(key, EC.publicKey()))), RSA.sign(claims())))
                .contains("of no key");
        assertThat(evidence(tokens(), RSA.sign(header, claims()))).contains("of no key");
    }

    @Test
    void algorithmThatIsNotAllowedIsRefusedThoughTheKeyWouldDo() {
        assertThat(evidence(
                        tokens(EnumSet.of(Algorithm.PS256, Algorithm.ES256), TokenIssuer.keySet(RSA, EC)),
                        RSA.sign(claims())))
                .contains("alg: one that is not allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jku", "x5u", "jwk", "x5c"})
    void keyThatTheTokenBringsAlongIsNotLookedAt(String parameter) {
        TokenIssuer stranger = TokenIssuer.of("rsa", "RS256");
        Map<String, Object> header = stranger.header();
        header.put(
                parameter,
                switch (parameter) {
                    case "jwk" -> stranger.publicKey();
                    case "x5c" -> List.of("MIIB");
                    default -> "http://127.0.0.1:9/keys";
                });

        assertThat(evidence(tokens(), stranger.sign(header, claims()))).contains("signature: wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../dev/null", "' OR '1'='1", "rsa\u0000", "http://127.0.0.1:9/", "RSA", ""})
    void nameOfAKeyIsNothingButAName(String keyId) {
        Map<String, Object> header = RSA.header();
        header.put("kid", keyId);

        assertThat(evidence(tokens(), RSA.sign(header, claims())))
                .contains("of no key")
                .doesNotContain("dev/null");
    }

    @Test
    void tokenThatNamesNoKeyIsGoodIfAnyKeySignedIt() {
        assertThat(client(tokens(), EC.sign(Map.of("alg", "ES256"), claims())).user())
                .isEqualTo("ada");
    }

    @Test
    void keyWithoutANameIsTriedForEveryToken() {
        Map<String, Object> key = RSA.publicKey();
        key.remove("kid");

        assertThat(client(tokens(Algorithm.USUAL, TokenIssuer.keySet(List.of(key))), RSA.sign(claims()))
                        .user())
                .isEqualTo("ada");
    }

    @ParameterizedTest
    @CsvSource({"enc, ''", "'', encrypt"})
    void keyForAnotherPurposeIsPassedOver(String use, String operation) {
        Map<String, Object> key = RSA.publicKey();
        if (!use.isEmpty()) {
            key.put("use", use);
        }
        if (!operation.isEmpty()) {
            key.put("key_ops", List.of(operation));
        }

        assertThat(evidence(
                        tokens(Algorithm.USUAL, TokenIssuer.keySet(List.of(key, EC.publicKey()))), RSA.sign(claims())))
                .contains("of no key");
    }

    @Test
    void shortKeyIsPassedOver() {
        TokenIssuer weak = TokenIssuer.of("weak", "RS256", 1024);

        assertThat(evidence(tokens(Algorithm.USUAL, TokenIssuer.keySet(weak, EC)), weak.sign(claims())))
                .contains("of no key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"b64\"]", "[\"exp\"]", "[]", "\"b64\""})
    void tokenThatWantsMoreUnderstoodIsRefused(String critical) {
        String token = RSA.signText(
                "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"b64\":false,\"crit\":" + critical + "}", Json.write(claims()));

        evidence(tokens(), token);
    }

    @ParameterizedTest
    @CsvSource({"JWT, true", "at+jwt, true", "application/at+JWT, true", "logout+jwt, false", "dpop+jwt, false"})
    void tokenForAnotherPurposeIsRefused(String type, boolean good) {
        Map<String, Object> header = RSA.header();
        header.put("typ", type);
        String token = RSA.sign(header, claims());

        if (good) {
            assertThat(client(tokens(), token).user()).isEqualTo("ada");
        } else {
            assertThat(evidence(tokens(), token)).contains("typ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.b",
                "a.b.c",
                "a.b.c.d",
                "a.b.c.d.e",
                "..",
                "....",
                "e30.e30.e30",
                "W10.e30.AA",
                "a.b.c=",
                "bnVsbA.e30.AA",
                "eyJhbGciOm51bGx9.e30.AA",
                "eyJhbGciOjF9.e30.AA",
                "eyJhbGciOltdfQ.e30.AA"
            })
    void whatIsNoTokenIsRefused(String text) {
        evidence(tokens(), text);
    }

    @Test
    void headerThatNestsWithoutEndIsRefused() {
        String deep = "{\"alg\":\"RS256\",\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}";

        evidence(tokens(), RSA.signText(deep, Json.write(claims())));
    }

    @Test
    void hugeTokenIsRefusedHoweverItComes() {
        String huge = RSA.sign(claims("x", "x".repeat(16 * 1024)));

        evidence(tokens(), huge);
        assertThat(tokens().renew(huge)).failsWithin(Duration.ZERO);
    }

    static List<Map<String, Object>> wrongClaims() {
        return List.of(
                claims("iss", "https://issuer.test/"),
                claims("iss", "https://evil.test"),
                claims("iss", List.of("https://issuer.test")),
                claimsWithout("iss"),
                claims("aud", "Chat"),
                claims("aud", List.of("a", "b")),
                claims("aud", List.of()),
                claims("aud", List.of(List.of("chat"))),
                claims("aud", 5),
                claimsWithout("aud"),
                claimsWithout("exp"),
                claims("exp", "2030-01-01"),
                claims("exp", String.valueOf(NOW + 600)),
                claims("exp", List.of(NOW + 600)),
                claims("nbf", NOW + 31),
                claims("nbf", "soon"),
                claims("iat", NOW + 31),
                claimsWithout("sub"),
                claims("sub", ""),
                claims("sub", " "),
                claims("sub", "a\nb"),
                claims("sub", "a".repeat(257)),
                claims("sub", 1.5),
                claims("sub", 1e30),
                claims("sub", List.of("ada")),
                claims("sub", true));
    }

    @ParameterizedTest
    @MethodSource("wrongClaims")
    void tokenThatDoesNotSayWhatItHasToIsRefused(Map<String, Object> claims) {
        assertThat(evidence(tokens(), RSA.sign(claims))).doesNotContain("evil").doesNotContain("2030");
    }

    static List<Map<String, Object>> goodClaims() {
        return List.of(
                claims("aud", List.of("x", "news")),
                claims("nbf", NOW + 30),
                claims("iat", NOW + 30),
                claims("nbf", NOW - 1000.5),
                claims("exp", NOW + 1),
                claims("exp", NOW + 1.5),
                claims("exp", Long.MAX_VALUE),
                claims("exp", 1e300),
                claims("sub", "a".repeat(256)));
    }

    @ParameterizedTest
    @MethodSource("goodClaims")
    void tokenThatSaysWhatItHasToIsGood(Map<String, Object> claims) {
        assertThat(client(tokens(), RSA.sign(claims)).expiresAt())
                .isBetween(FakeTime.START.plusSeconds(1), FakeTime.START.plus(Duration.ofDays(36_500)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -31, -1_000_000_000, Long.MIN_VALUE / 2})
    void tokenThatHasEndedIsRefusedAsSuch(long after) {
        evidence(tokens(), RSA.sign(claims("exp", NOW + after)), Refusal.CREDENTIALS_EXPIRED);
    }

    @Test
    void tokenThatWasGoodBeforeIsRefusedWhenItHasEnded() {
        JsonWebTokens tokens = tokens();
        String token = RSA.sign(claims());
        client(tokens, token);
        time.passes(Duration.ofMinutes(10).minusNanos(1));
        assertThat(client(tokens, token).user()).isEqualTo("ada");
        time.passes(Duration.ofNanos(1));

        evidence(tokens, token, Refusal.CREDENTIALS_EXPIRED);
    }

    @Test
    void userIsNamedByTheClaimThatTheConfigurationNames() {
        rules = new ClaimRules(List.of(), List.of(), "uid", List.of(), Duration.ZERO);

        assertThat(client(tokens(), RSA.sign(Map.of("exp", NOW + 1, "uid", 9007199254740993L)))
                        .user())
                .isEqualTo("9007199254740993");
    }

    @ParameterizedTest
    @CsvSource({
        "scope, '', true",
        "scope, write, true",
        "scope, 'read write', true",
        "scope, rit, false",
        "groups, staff, true",
        "groups, staf, false",
        "level, 5, true",
        "level, 6, false",
        "missing, '', false",
        "nothing, '', false",
    })
    void tokenSaysWhatTheConfigurationRequires(String name, String value, boolean good) {
        rules = new ClaimRules(
                List.of(),
                List.of(),
                "sub",
                List.of(new RequiredClaim(name, value.isEmpty() ? null : value)),
                Duration.ZERO);
        Map<String, Object> claims = claims();
        claims.put("scope", "read write");
        claims.put("groups", Arrays.asList("guests", null, "staff"));
        claims.put("level", 5);
        claims.put("nothing", null);
        String token = RSA.sign(claims);

        if (good) {
            assertThat(client(tokens(), token).claims()).doesNotContainKey("nothing");
        } else {
            assertThat(evidence(tokens(), token)).contains(name);
        }
    }

    @Test
    void claimsThatAreNoObjectAreRefusedThoughSigned() {
        String header = Json.write(RSA.header());

        assertThat(evidence(tokens(), RSA.signText(header, "[]"))).contains("claims");
        assertThat(evidence(tokens(), RSA.signText(header, "{"))).contains("claims");
        assertThat(evidence(tokens(), RSA.signText(header, "null"))).contains("claims");
    }

    @Test
    void secretOfTheConfigurationSignsWhateverTheTokenCallsIt() {
        String secret = "a secret of more than 32 bytes, which is enough";
        Set<Algorithm> allowed = EnumSet.of(Algorithm.HS256);
        JsonWebTokens tokens = tokens(Keys.of(Secret.of(secret), allowed), allowed);
        Map<String, Object> header = Map.of("alg", "HS256", "kid", "k1");

        assertThat(client(tokens, TokenIssuer.signWithSecret(secret.getBytes(UTF_8), header, claims()))
                        .user())
                .isEqualTo("ada");
        assertThat(evidence(tokens, TokenIssuer.signWithSecret((secret + "!").getBytes(UTF_8), header, claims())))
                .contains("signature: wrong");
    }

    @Test
    void tokensThatWereGoodAreRememberedUpToABound() {
        String secret = "a secret of more than 32 bytes, which is enough";
        Set<Algorithm> allowed = EnumSet.of(Algorithm.HS256);
        Keys keys = Keys.of(Secret.of(secret), allowed);
        JsonWebTokens tokens = tokens(keys, allowed);
        Map<String, Object> header = Map.of("alg", "HS256");
        String token = TokenIssuer.signWithSecret(secret.getBytes(UTF_8), header, claims());
        client(tokens, token);
        client(tokens, token);
        evidence(tokens, token.substring(0, token.lastIndexOf('.')) + ".AAAA");

        assertThat(keys.remembered()).isOne();
        for (int i = 0; i < Keys.MOST_REMEMBERED; i++) {
            client(tokens, TokenIssuer.signWithSecret(secret.getBytes(UTF_8), header, claims("jti", i)));
        }
        assertThat(keys.remembered()).isEqualTo(Keys.MOST_REMEMBERED);
    }

    @Test
    void renewedTokenIsJudgedAsTheFirstWas() {
        JsonWebTokens tokens = tokens();

        assertThat(tokens.renew(RSA.sign(claims("exp", NOW + 3600))))
                .succeedsWithin(Duration.ZERO)
                .extracting(Client::expiresAt)
                .isEqualTo(Instant.ofEpochSecond(NOW + 3600));
        assertThat(tokens.renew(RSA.sign(claims("exp", NOW)))).failsWithin(Duration.ZERO);
        assertThat(tokens.renew("")).failsWithin(Duration.ZERO);
    }
}
