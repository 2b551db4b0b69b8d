// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.session.Client;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets in who shows a JWT of a known signer (RFC 7519, and RFC 8725 for what is refused), for as long as it says. */
public final class JsonWebTokens implements Authentication {

    private final List<Place> places;
    private final Set<Algorithm> algorithms;
    private final ClaimRules rules;
    private final KeyRing ring;
    private final InstantSource clock;

    JsonWebTokens(List<Place> places, Set<Algorithm> algorithms, ClaimRules rules, KeyRing ring, InstantSource clock) {
        this.places = List.copyOf(places);
        this.algorithms = algorithms;
        this.rules = rules;
        this.ring = ring;
        this.clock = clock;
    }

    /**
     * Begins to read the keys, if they are to be read.
     *
     * @param places where a token is looked for, in this order
     * @param clock tells when tokens begin and end
     */
    public static JsonWebTokens begin(List<Place> places, JwtConfig config, InstantSource clock) {
        KeyRing ring =
                switch (config.signers()) {
                    case JwtConfig.Signers.Written(KeySource jwks, var refresh, var keptFor) ->
                        ReadKeys.begin(jwks, new ReadKeys.Terms(config.algorithms(), refresh, keptFor));
                    case JwtConfig.Signers.Shared(var secret) ->
                        new KeyRing.Fixed(Keys.of(secret, config.algorithms()));
                };
        return new JsonWebTokens(places, config.algorithms(), config.rules(), ring, clock);
    }

    @Override
    public CompletionStage<Admitted> admit(UpgradeRequest request) {
        Place.Shown shown;
        try {
            shown = Place.find(places, request);
        } catch (RefusedException refused) {
            return CompletableFuture.failedStage(refused);
        }
        return renew(shown.token()).thenApply(client -> new Admitted(client, shown.subprotocol()));
    }

    @Override
    public CompletionStage<Client> renew(String token) {
        SignedToken signed;
        try {
            if (token.length() > Place.LONGEST_TOKEN) {
                throw new RefusedException(
                        Refusal.CREDENTIALS_INVALID, token.length() + " characters (expected: at most 16 KiB)");
            }
            signed = SignedToken.of(token, algorithms);
        } catch (RefusedException refused) {
            return CompletableFuture.failedStage(refused);
        }
        return ring.keys()
                .thenCompose(
                        keys -> keys.mayKnow(signed) ? CompletableFuture.completedStage(keys) : ring.newerThan(keys))
                .thenApply(keys -> judged(signed, keys));
    }

    private Client judged(SignedToken token, Keys keys) {
        if (!keys.mayKnow(token)) {
            throw new RefusedException(
                    Refusal.CREDENTIALS_INVALID, "kid or alg: of no key (expected: of one in authentication.jwks)");
        }
        if (!keys.signed(token)) {
            throw new RefusedException(
                    Refusal.CREDENTIALS_INVALID, "signature: wrong (expected: one of a key of authentication)");
        }
        return rules.client(token.text(), token.claims(), clock.instant());
    }

    @Override
    public void close() {
        ring.close();
    }
}
