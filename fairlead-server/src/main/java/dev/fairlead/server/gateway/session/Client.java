// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.session;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who stands behind a session, as far as its endpoint's authentication found out.
 *
 * @param user the name that other sessions of the same user bear, too; null for a client without a name
 * @param expiresAt when what the client showed ends, and the session with it; null for never
 * @param claims what a token says of the client, by claim; empty without a token that says anything
 * @param token the bearer token that the client showed, for backends that pass it on: a secret; null without one
 */
public record Client(
        @Nullable String user,
        @Nullable Instant expiresAt,
        Map<String, Object> claims,
        @Nullable String token) {

    /** A client of whom nothing is known. */
    public static final Client ANONYMOUS = new Client(null, null, Map.of(), null);

    /** Takes a copy of the claims. */
    public Client {
        claims = Map.copyOf(claims);
    }

    /** Tells the user alone: the rest is the client's. */
    @Override
    public String toString() {
        return "Client[user=" + user + "]";
    }
}
