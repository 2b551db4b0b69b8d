// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.protocol.address.HybridPath;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A port here whose connections go to whoever listens on a hybrid connection: one part of an option {@code -L}.
 *
 * @param host where it is bound: a name or an address, {@code *} for all of them; null for the loopback
 * @param port 0 to 65535; 0 lets the system choose
 * @param portName what is asked for at the other end
 */
public record LocalForward(@Nullable String host, int port, String portName, HybridPath path) {

    /** The option that names it. */
    public static final String OPTION = "-L";

    private static final String EXPECTED = "[BIND_ADDRESS:]PORT[/PORT_NAME][;…]:PATH such as 5432:db or 2222/ssh:home";
    private static final Pattern BINDING =
            Pattern.compile("(?:(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+|\\*?)):)?(\\d{1,5})([Uu]?)");

    /**
     * Reads an option.
     *
     * @return a forward for each port in it, of which there is one at least
     * @throws MalformedForward if it is none
     */
    public static List<LocalForward> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw MalformedForward.of(OPTION, text, EXPECTED);
        }
        HybridPath path = PortNames.path(OPTION, text.substring(colon + 1));
        List<LocalForward> forwards = new ArrayList<>();
        for (String binding : text.substring(0, colon).split(";", -1)) {
            forwards.add(parse(text, binding, path));
        }
        return forwards;
    }

    private static LocalForward parse(String text, String binding, HybridPath path) {
        int slash = binding.indexOf('/');
        Matcher parts = BINDING.matcher(slash < 0 ? binding : binding.substring(0, slash));
        if (!parts.matches() || !(parts.group(3).matches("0+") || PortNames.isPort(parts.group(3)))) {
            throw MalformedForward.of(OPTION, text, EXPECTED);
        }
        if (!parts.group(4).isEmpty()) {
            throw PortNames.datagrams(OPTION, text);
        }
        int port = Integer.parseInt(parts.group(3));
        if (slash < 0 && port == 0) {
            throw MalformedForward.of(OPTION, text, "0/PORT_NAME:PATH, where the system is to choose the port");
        }
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        String name = slash < 0 ? parts.group(3) : binding.substring(slash + 1);
        return new LocalForward(
                host == null || !host.isEmpty() ? host : "*", port, PortNames.checked(OPTION, name), path);
    }
}
