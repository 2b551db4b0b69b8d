// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a WebSocket is dialled. Taken apart by hand, since relays pass on paths and queries that no {@link java.net.URI}
 * takes; what may not stand in a request line is percent-encoded, and nothing else is changed.
 *
 * @param secure whether TLS is spoken there
 * @param host a name or an address; an IPv6 address in brackets
 * @param port 1 to 65535
 * @param target the request target: path and query
 */
public record WebSocketAddress(boolean secure, String host, int port, String target) {

    /**
     * Reads an address.
     *
     * @param address {@code ws}, {@code http}, {@code wss}, {@code https} or {@code sb}, and what follows
     * @throws MalformedURLException if it is none; the message does not repeat it, since an address can be a credential
     */
    public static WebSocketAddress parse(String address) throws MalformedURLException {
        int colon = address.indexOf("://");
        String scheme = colon < 0 ? "" : address.substring(0, colon).toLowerCase(Locale.ROOT);
        boolean secure =
                switch (scheme) {
                    case "wss", "https", "sb" -> true;
                    case "ws", "http" -> false;
                    default -> throw new MalformedURLException("the address has no scheme of a WebSocket");
                };
        int start = colon + 3;
        int end = start;
        while (end < address.length() && "/?#".indexOf(address.charAt(end)) < 0) {
            end++;
        }
        String authority = address.substring(start, end);
        int portColon = authority.lastIndexOf(':');
        boolean hasPort = portColon > authority.lastIndexOf(']');
        String host = hasPort ? authority.substring(0, portColon) : authority;
        if (host.isEmpty() || !host.matches("\\[[0-9A-Fa-f:.%]+\\]|[^\\s\\[\\]@:]+")) {
            throw new MalformedURLException("the address names no host");
        }
        int port = hasPort && portColon < authority.length() - 1
                ? port(authority.substring(portColon + 1))
                : secure ? 443 : 80;
        return new WebSocketAddress(secure, host, port, target(address.substring(end)));
    }

    private static int port(String text) throws MalformedURLException {
        if (text.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        }
        throw new MalformedURLException("the address has a port that is none");
    }

    private static String target(String rest) {
        int fragment = rest.indexOf('#');
        String target = fragment < 0 ? rest : rest.substring(0, fragment);
        StringBuilder out = new StringBuilder(target.length() + 1);
        if (!target.startsWith("/")) {
            out.append('/');
        }
        for (byte octet : target.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7F) {
                out.append((char) octet);
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", octet & 0xFF));
            }
        }
        return out.toString();
    }

    /** {@return the value of the header {@code Host}: without a port if it is the scheme's own} */
    public String hostHeader() {
        return port == (secure ? 443 : 80) ? host : host + ":" + port;
    }

    /** {@return the host without the brackets of an IPv6 address} */
    public String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** {@return scheme, host and port: the target can be a credential} */
    @Override
    public String toString() {
        return (secure ? "wss://" : "ws://") + hostHeader();
    }
}
