// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses to bind, as users write them: {@code 127.0.0.1:9400}, {@code [::1]:9400}, {@code localhost:0}. */
public final class HostPort {

    /** What to write, for messages. */
    public static final String EXPECTED = "HOST:PORT such as 127.0.0.1:9400 or [::1]:9400";

    private static final int LAST_PORT = (1 << Short.SIZE) - 1;
    private static final Pattern WRITTEN = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");

    private HostPort() {}

    /**
     * Reads an address. A name that this machine cannot resolve gives an unresolved address, which the start refuses;
     * port 0 lets the system choose one.
     *
     * @throws IllegalArgumentException if {@code text} is written otherwise
     */
    public static InetSocketAddress parse(String text) {
        Matcher parts = WRITTEN.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > LAST_PORT) {
            throw new IllegalArgumentException(text + " (expected: " + EXPECTED + ")");
        }
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return new InetSocketAddress(host, Integer.parseInt(parts.group(3)));
    }

    /** {@return the address as {@link #parse} reads it, with the name or number it was made of} */
    public static String print(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
