// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import java.nio.charset.StandardCharsets;

/** What the options have in common: ports, their names, and hybrid connections. */
final class PortNames {

    /** The preamble has one byte for the length. */
    static final int LONGEST_BYTES = (1 << Byte.SIZE) - 1;

    private static final int LAST_PORT = (1 << Short.SIZE) - 1;
    private static final int LONGEST_SHOWN = 80;

    private PortNames() {}

    static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port > 0 && port <= LAST_PORT;
    }

    /** {@return a port name that the preamble can hold} */
    static String checked(String option, String name) {
        if (name.isEmpty()
                || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES
                || name.chars().anyMatch(Character::isISOControl)) {
            throw MalformedForward.of(
                    option,
                    "the port name " + shown(name),
                    "1 to " + LONGEST_BYTES + " bytes of UTF-8 without control characters");
        }
        return name;
    }

    /** {@return the name as a log may show it, though a stranger chose it} */
    static String shown(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return "\"" + (printable.length() > LONGEST_SHOWN ? printable.substring(0, LONGEST_SHOWN) + "…" : printable)
                + "\"";
    }

    /** {@return the hybrid connection that an option names} */
    static HybridPath path(String option, String name) {
        HybridPath path;
        try {
            path = HybridPath.of(name);
        } catch (InvalidAddress e) {
            throw MalformedForward.of(option, name, "a hybrid connection's name; " + e.getMessage());
        }
        if (path.isEmpty()) {
            throw MalformedForward.of(option, "no hybrid connection", "its name");
        }
        return path;
    }

    static MalformedForward datagrams(String option, String text) {
        return MalformedForward.of(option, text, "a port of TCP; UDP is not forwarded");
    }
}
