// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.RelayHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a local server is told of a sender: its headers, and where it really came from. */
public final class OnwardHeaders {

    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_HOST = "X-Forwarded-Host";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";
    private static final String FORWARDED_PREFIX = "X-Forwarded-Prefix";

    private OnwardHeaders() {}

    /**
     * {@return the headers of an onward upgrade, without those of the upgrade itself}
     *
     * @param secure whether the relay is seen over TLS
     * @param prefix where the local server is seen, such as {@code /hello}
     */
    public static List<Header> ofUpgrade(
            Map<String, String> headers, RemoteEndpoint sender, boolean secure, String prefix) {
        Map<String, String> onward = onward(headers, sender, secure, prefix);
        onward.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("sec-websocket-"));
        List<Header> lines = new ArrayList<>(onward.size());
        onward.forEach((name, value) -> lines.add(new Header(name, value)));
        return lines;
    }

    /** {@return the headers of an onward request} See {@link #ofUpgrade}. */
    static Map<String, String> onward(
            Map<String, String> headers, RemoteEndpoint sender, boolean secure, String prefix) {
        Set<String> ending = new HashSet<>();
        Map<String, String> onward = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        onward.putAll(headers);
        for (String name : onward.getOrDefault("Connection", "").split(",", -1)) {
            ending.add(name.strip().toLowerCase(Locale.ROOT));
        }
        String host = onward.get("Host");
        onward.entrySet()
                .removeIf(header -> header.getKey().equalsIgnoreCase("Host")
                        || header.getKey().equalsIgnoreCase("Expect")
                        || header.getKey().equalsIgnoreCase(RelayHeaders.SERVICE_BUS_AUTHORIZATION)
                        || RelayHeaders.isOfConnection(header.getKey())
                        || ending.contains(header.getKey().toLowerCase(Locale.ROOT))
                        || !RelayHeaders.isToken(header.getKey())
                        || header.getValue().chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F));
        if (!sender.address().isEmpty()) {
            onward.merge(FORWARDED_FOR, sender.address(), (before, last) -> before + ", " + last);
        }
        onward.remove(FORWARDED_HOST);
        if (host != null && !host.isBlank()) {
            onward.put(FORWARDED_HOST, host);
        }
        // what a sender says of these itself is not believed
        onward.remove(FORWARDED_PROTO);
        onward.put(FORWARDED_PROTO, secure ? "https" : "http");
        onward.remove(FORWARDED_PREFIX);
        onward.put(FORWARDED_PREFIX, prefix);
        return onward;
    }
}
