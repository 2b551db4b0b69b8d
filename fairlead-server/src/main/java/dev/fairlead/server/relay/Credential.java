// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.server.connection.Headers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The token of an upgrade request, from the first of the places where it may stand: the {@code ServiceBusAuthorization}
 * header, the {@code sb-hc-token} parameter, the {@code Authorization} header.
 *
 * @param token as it came; null if there is none
 * @param fromAuthorization whether it stood where the application's own credentials stand otherwise
 */
record Credential(@Nullable String token, boolean fromAuthorization) {

    static Credential of(RelayTarget target, Headers headers) {
        Optional<String> header =
                headers.first(RelayHeaders.SERVICE_BUS_AUTHORIZATION).filter(token -> !token.isBlank());
        if (header.isPresent()) {
            return new Credential(header.get(), false);
        }
        if (target.token() != null) {
            return new Credential(target.token(), false);
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
