// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.session.Client;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lets in who shows a token that the configuration knows. Such a token never ends. */
public final class KnownTokens implements Authentication {

    private final List<Place> places;
    private final List<Known> known;

    private static final class Known {
        private final byte[] digest;
        private final @Nullable String user;

        Known(KnownToken one) {
            this.digest = KnownToken.digest(one.token().reveal());
            this.user = one.user();
        }
    }

    /**
     * Knows these tokens.
     *
     * @param places where a token is looked for, in this order
     */
    public KnownTokens(List<Place> places, List<KnownToken> tokens) {
        this.places = List.copyOf(places);
        this.known = tokens.stream().map(Known::new).toList();
    }

    @Override
    public CompletionStage<Admitted> admit(UpgradeRequest request) {
        try {
            Place.Shown shown = Place.find(places, request);
            return CompletableFuture.completedStage(new Admitted(client(shown.token()), shown.subprotocol()));
        } catch (RefusedException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    @Override
    public CompletionStage<Client> renew(String token) {
        try {
            return CompletableFuture.completedStage(client(token));
        } catch (RefusedException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    /** Compares with all of them, whichever it is. */
    private Client client(String token) {
        if (token.length() <= Place.LONGEST_TOKEN) {
            byte[] digest = KnownToken.digest(token);
            Known found = null;
            for (Known one : known) {
                if (MessageDigest.isEqual(one.digest, digest)) {
                    found = one;
                }
            }
            if (found != null) {
                return new Client(found.user, null, Map.of(), token);
            }
        }
        throw new RefusedException(
                Refusal.CREDENTIALS_INVALID, "an unknown token (expected: one of authentication.tokens)");
    }
}
