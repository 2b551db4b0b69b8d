// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a listener dials. The name is resolved at each dial.
 *
 * @param host a name or an address without brackets, in small letters
 * @param port 1 to 65535
 */
public record Target(String host, int port) {

    static final String LOCAL = "localhost";

    private static final Pattern WRITTEN = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");

    /** Takes the host in any letter case. */
    public Target {
        host = host.toLowerCase(Locale.ROOT);
    }

    /**
     * Reads an option's {@code HOST:PORT}.
     *
     * @throws MalformedForward if it is none
     */
    public static Target parse(String option, String text) {
        return read(text)
                .orElseThrow(
                        () -> MalformedForward.of(option, text, "HOST:PORT such as db.example.com:5432 or [::1]:5432"));
    }

    /** {@return the target that is written so, if one is} */
    static Optional<Target> read(String text) {
        Matcher parts = WRITTEN.matcher(text);
        if (!parts.matches() || !PortNames.isPort(parts.group(3))) {
            return Optional.empty();
        }
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return Optional.of(new Target(host, Integer.parseInt(parts.group(3))));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
