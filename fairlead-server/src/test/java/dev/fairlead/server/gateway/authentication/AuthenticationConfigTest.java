// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.ConfigLoader;
import dev.fairlead.server.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationConfigTest {

    private static final TokenIssuer ISSUER = TokenIssuer.of("one", "ES256");

    @TempDir
    private Path directory;

    @BeforeEach
    void writeKeys() throws IOException {
        Files.writeString(directory.resolve("keys.json"), TokenIssuer.keySet(ISSUER));
        Files.writeString(directory.resolve("broken.json"), "{}");
    }

    private AuthenticationConfig config(String authentication) {
        Path file = directory.resolve("fairlead.yaml");
        try {
            Files.writeString(file, """
                    keys: [{name: root, primaryKey: secret, rights: [Manage]}]
                    gateway:
                      endpoints:
                        - path: /ws
                          backend: {type: loopback}
                          authentication: %s
                    """.formatted(authentication.replace("DIR", directory.toString())));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new ConfigLoader(file, List.of(), Map.of())
                .load()
                .config()
                .gateway()
                .endpoints()
                .getFirst()
                .authentication();
    }

    @Test
    void nothingIsAskedUnlessTold() {
        assertThat(config("{type: none}")).isEqualTo(AuthenticationConfig.DEFAULT);
    }

    @Test
    void tokensAreKnown() {
        assertThat(config("{type: bearer, from: [\"cookie:sid\", authorization],"
                        + " tokens: [{token: token-of-ada, user: ada}, {token: another-one}]}"))
                .isEqualTo(new AuthenticationConfig(
                        new AuthenticationConfig.Way.Bearer(List.of(
                                new KnownToken(Secret.of("token-of-ada"), "ada"),
                                new KnownToken(Secret.of("another-one"), null))),
                        List.of(new Place.Cookie("sid"), new Place.Authorization()),
                        4401));
    }

    private JwtConfig jwt(String keys) {
        return ((AuthenticationConfig.Way.Jwt)
                        config("{type: jwt, " + keys + "}").way())
                .terms();
    }

    @Test
    void keysOfAFileNeedNothingElse() {
        JwtConfig jwt = jwt("jwks: DIR/keys.json");

        assertThat(jwt.signers())
                .isEqualTo(new JwtConfig.Signers.Written(
                        new KeySource.InFile(directory.resolve("keys.json")),
                        Duration.ofSeconds(2),
                        Duration.ofDays(1)));
        assertThat(jwt.algorithms()).isEqualTo(Algorithm.USUAL);
        assertThat(jwt.rules())
                .isEqualTo(new ClaimRules(List.of(), List.of(), "sub", List.of(), Duration.ofSeconds(30)));
    }

    @Test
    void allOfAJwtIsRead() {
        JwtConfig jwt =
                jwt("issuer: https://a, audience: [b, c], jwks: \"https://a/keys\", algorithms: [ES512, Ed25519],"
                        + " userClaim: uid, claims: [{name: scope, value: chat}, {name: email}], clockSkew: 0s,"
                        + " jwksRefresh: 1m, jwksKeptFor: 2m");

        assertThat(jwt.signers())
                .isEqualTo(new JwtConfig.Signers.Written(
                        KeySource.parse("https://a/keys"), Duration.ofMinutes(1), Duration.ofMinutes(2)));
        assertThat(jwt.algorithms()).isEqualTo(EnumSet.of(Algorithm.ES512, Algorithm.ED25519));
        assertThat(jwt.rules())
                .isEqualTo(new ClaimRules(
                        List.of("https://a"),
                        List.of("b", "c"),
                        "uid",
                        List.of(new RequiredClaim("scope", "chat"), new RequiredClaim("email", null)),
                        Duration.ZERO));
    }

    @Test
    void secretIsForItsAlgorithmsAlone() {
        assertThat(jwt("secret: a-secret-of-32-bytes-or-more-is-it").algorithms())
                .isEqualTo(EnumSet.of(Algorithm.HS256));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: bearer}|tokens: missing",
                "{type: bearer, tokens: [{token: short}]}|tokens.0.token: a secret of 5 characters",
                "{type: bearer, tokens: [{token: with a blank}]}|tokens.0.token: a secret with other characters",
                "{type: bearer, tokens: [{token: twice-the-same}, {token: twice-the-same}]}|tokens.1: a token that",
                "{type: bearer, jwks: keys.json, tokens: [{token: token-of-ada}]}|jwks: set (expected: only with type: jwt)",
                "{issuer: a}|issuer: set (expected: only with type: jwt)",
                "{tokens: [{token: token-of-ada}]}|tokens: set (expected: only with type: bearer)",
                "{from: [subprotocol]}|from: set (expected: only with",
                "{type: jwt, jwks: DIR/keys.json, from: [\"cookie:\"]}|from.0: cookie: (expected: authorization, nuropb, cookie",
                "{type: jwt, jwks: DIR/keys.json, from: [\"query:a=b\"]}|from.0: query:a=b (expected",
                "{type: jwt, jwks: DIR/keys.json, from: []}|from: no place",
                "{type: jwt, jwks: DIR/keys.json, from: [subprotocol, subprotocol]}|from: a place twice",
                "{type: jwt}|jwks: missing",
                "{type: jwt, jwks: DIR/nowhere.json}|not there",
                "{type: jwt, jwks: DIR/broken.json}|no key",
                "{type: jwt, jwks: DIR/keys.json, algorithms: [RS256]}|no key for any of [RS256] among 1",
                "{type: jwt, jwks: DIR/keys.json, algorithms: [none]}|algorithms.0: none (expected: RS256",
                "{type: jwt, jwks: DIR/keys.json, algorithms: [ES256, HS256]}|algorithms: HS256 with jwks",
                "{type: jwt, jwks: DIR/keys.json, secret: a-secret-of-32-bytes-or-more-is-it}|secret: set beside jwks",
                "{type: jwt, jwks: 'ftp://a/keys'}|jwks: ftp://a/keys (expected",
                "{type: jwt, jwks: 'https://user:pass@a/keys'}|(expected: a path, or an address",
                "{type: jwt, secret: short}|secret: a secret of 5 characters",
                "{type: jwt, secret: a-secret-of-32-bytes-or-more-is-it, algorithms: [ES256]}|ES256 with secret",
                "{type: jwt, secret: a-secret-of-32-bytes-or-more-is-it, algorithms: [HS512]}|secret of 34 bytes (expected: 64",
                "{type: jwt, jwks: 'https://a/k', jwksRefresh: 10m, jwksKeptFor: 5m}|jwksKeptFor: not longer",
            })
    void mistakeIsNamed(String authentication, String problem) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> config(authentication));

        assertThat(refused).as(authentication).isNotNull();
        assertThat(refused.problems())
                .singleElement()
                .asString()
                .contains("gateway.endpoints.0.authentication.")
                .contains(problem);
    }
}
