// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/** Which part of the server answers which requests of a port. The first route that fits is taken. */
public sealed interface Route {

    /** {@return what the path begins with, as on the request line; {@code /} fits all} */
    String prefix();

    /**
     * {@return whether requests for {@code path} are this route's: it is the prefix, or goes on behind it with a new segment}
     *
     * @param path of the request line, without its query
     */
    default boolean fits(String path) {
        return path.startsWith(prefix())
                && (prefix().endsWith("/")
                        || path.length() == prefix().length()
                        || path.charAt(prefix().length()) == '/');
    }

    /** Upgrade requests. */
    record Upgrades(String prefix, UpgradeService service) implements Route {}

    /** All other requests, each answered in its own time. */
    record Exchanges(String prefix, ExchangeService service) implements Route {}

    /** All other requests, each answered at once with a small page, and the end of the connection. */
    record Pages(String prefix, HttpService service) implements Route {}
}
