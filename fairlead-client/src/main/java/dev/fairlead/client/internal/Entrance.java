// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import dev.fairlead.client.spi.Token;
import dev.fairlead.client.spi.TokenSource;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.MalformedConnectionString;
import dev.fairlead.protocol.token.MalformedToken;
import dev.fairlead.protocol.token.SasToken;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a hybrid connection is entered, and with what.
 *
 * @param base scheme, host and port, as WebSocket addresses begin
 * @param host lower case, without the port: what tokens name
 * @param path empty until somebody names it
 * @param tokens {@code null} for those who have none
 */
public record Entrance(
        String base, String host, HybridPath path, @Nullable TokenSource tokens) {

    /**
     * Reads a connection string.
     *
     * @throws IllegalArgumentException if its ready token is none
     */
    public static Entrance of(ConnectionString string) {
        URI endpoint = string.endpoint();
        TokenSource tokens = string.key()
                .map(TokenSource::sharedAccess)
                .or(() -> string.sharedAccessSignature().map(Entrance::ready))
                .orElse(null);
        return new Entrance(
                (string.isSecure() ? "wss://" : "ws://") + authority(endpoint),
                endpoint.getHost().toLowerCase(Locale.ROOT),
                string.entityPath().orElse(HybridPath.EMPTY),
                tokens);
    }

    /**
     * Takes an address such as {@code sb://host/path}.
     *
     * @throws IllegalArgumentException if it is no relay's
     */
    public static Entrance of(URI address, @Nullable TokenSource tokens) {
        String path = address.getRawPath() == null ? "" : address.getRawPath();
        ConnectionString string;
        try {
            string = ConnectionString.parse("Endpoint=" + address.getScheme() + "://" + address.getRawAuthority());
        } catch (MalformedConnectionString e) {
            throw new IllegalArgumentException(
                    "address: " + address + " (expected: sb://host/path, or https, wss, http or ws)");
        }
        Entrance entrance = of(string);
        return new Entrance(entrance.base, entrance.host, HybridPath.ofUrlPath(path), tokens);
    }

    private static String authority(URI endpoint) {
        return endpoint.getHost() + (endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort());
    }

    /** A token that was made elsewhere serves until it ends; when that is, it says itself if it is of the usual kind. */
    private static TokenSource ready(String text) {
        Instant expiresAt;
        try {
            expiresAt = SasToken.parse(text).expiresAt();
        } catch (MalformedToken e) {
            throw new IllegalArgumentException("connection string: SharedAccessSignature: " + e.getMessage());
        }
        Token token = Token.of(text, expiresAt);
        return audience -> token;
    }

    /**
     * Names the hybrid connection.
     *
     * @throws IllegalArgumentException if another was named before
     */
    public Entrance at(String named) {
        HybridPath wanted = HybridPath.of(named);
        if (!path.isEmpty() && !path.equals(wanted)) {
            throw new IllegalArgumentException(
                    "path: " + wanted + " (expected: " + path + ", which the connection string or address names)");
        }
        return new Entrance(base, host, wanted, tokens);
    }

    /**
     * Checks that there is a hybrid connection to go to.
     *
     * @throws IllegalStateException if there is none
     */
    public Entrance complete() {
        if (path.isEmpty()) {
            throw new IllegalStateException(
                    "path: none (expected: path(…), or an EntityPath in the connection string)");
        }
        return this;
    }

    /** {@return a token for the hybrid connection, if there is a source} */
    public @Nullable Token token() throws IOException {
        return tokens == null ? null : tokens.token("http://" + host + "/" + path.encoded() + "/");
    }

    /** {@return whether TLS is spoken to the relay} */
    public boolean isSecure() {
        return base.startsWith("wss:");
    }

    /** {@return the hybrid connection's name, for messages} */
    @Override
    public String toString() {
        return path.spelled();
    }
}
