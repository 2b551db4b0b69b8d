// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.spi;

import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Gives the tokens that open a relay. It is asked before each connection, and again some minutes before a listener's token
 * ends, so credentials may rotate while a program runs. It may be asked from several threads at once, and may take its time.
 */
@FunctionalInterface
public interface TokenSource {

    /** How long the tokens of {@link #sharedAccess} last. */
    Duration SHARED_ACCESS_LIFETIME = Duration.ofHours(1);

    /**
     * Gives a token.
     *
     * @param audience what it is for: {@code http://host/path/}, whatever the scheme and port of the relay are
     * @return one that the relay takes now; it is asked for anew some minutes before it ends
     * @throws IOException if there is none at the moment, and asking again may help
     */
    Token token(String audience) throws IOException;

    /**
     * {@return a source of shared access signatures that last an hour, signed with a key}
     *
     * @param key of an authorization rule; it stays in this program
     */
    static TokenSource sharedAccess(SasKey key) {
        return audience -> {
            Instant expiresAt = Instant.now().plus(SHARED_ACCESS_LIFETIME);
            SasToken token = SasToken.sign(audience, key, expiresAt);
            return Token.of(token.text(), token.expiresAt());
        };
    }
}
