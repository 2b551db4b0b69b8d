// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.token.ConnectionString;
import java.net.URI;
import java.util.Locale;

/**
 * Where a client wants to go.
 *
 * @param path the hybrid connection; empty where none is named
 */
record Relay(ConnectionString string, HybridPath path) {

    /** {@return the name or address; an IPv6 address without its brackets} */
    String host() {
        String host = string.endpoint().getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return string.port();
    }

    boolean isSecure() {
        return string.isSecure();
    }

    /** {@return host and port, as in a URL} */
    String authority() {
        return string.endpoint().getHost() + ":" + port();
    }

    /** {@return its URL, by which proxies are chosen: the port is told in any case} */
    URI url() {
        return URI.create((isSecure() ? "https://" : "http://") + authority());
    }

    /** {@return the value of the header {@code Host}} */
    String hostHeader() {
        return port() == (isSecure() ? 443 : 80) ? string.endpoint().getHost() : authority();
    }

    /** {@return what tokens are made for, in the form of Azure Relay's clients} */
    String audience() {
        String host = string.endpoint().getHost().toLowerCase(Locale.ROOT);
        return "http://" + host + "/" + (path.isEmpty() ? "" : path.encoded() + "/");
    }

    /** {@return whether nothing that is sent there leaves this machine} */
    boolean isLoopback() {
        return host().equalsIgnoreCase("localhost") || host().matches("127(\\.[0-9]+){3}") || host().equals("::1");
    }
}
