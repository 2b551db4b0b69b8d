// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.server.connection.Headers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The token of a request, from the first of the places where it may stand. Of an upgrade request those are the
 * {@code ServiceBusAuthorization} header, the {@code sb-hc-token} parameter, the {@code Authorization} header; of a plain
 * one the parameter comes first.
 *
 * @param token as it came; null if there is none
 * @param fromAuthorization whether it stood where the application's own credentials stand otherwise
 */
record Credential(@Nullable String token, boolean fromAuthorization) {

    static Credential ofUpgrade(RelayTarget target, Headers headers) {
        return firstOf(header(headers), Optional.ofNullable(target.token()), headers);
    }

    static Credential ofPlainRequest(RelayTarget target, Headers headers) {
        return firstOf(Optional.ofNullable(target.token()), header(headers), headers);
    }

    private static Optional<String> header(Headers headers) {
        return headers.first(RelayHeaders.SERVICE_BUS_AUTHORIZATION).filter(token -> !token.isBlank());
    }

    private static Credential firstOf(Optional<String> first, Optional<String> second, Headers headers) {
        Optional<String> ofTheRelay = first.or(() -> second);
        if (ofTheRelay.isPresent()) {
            return new Credential(ofTheRelay.get(), false);
        }
        Optional<String> authorization = headers.first(RelayHeaders.AUTHORIZATION);
        return new Credential(authorization.orElse(null), authorization.isPresent());
    }

    /** Names no part of the token. */
    @Override
    public String toString() {
        return token == null ? "Credential[none]" : "Credential[***]";
    }
}
