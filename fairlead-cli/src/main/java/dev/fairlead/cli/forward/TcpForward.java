// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.protocol.address.HybridPath;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A target here that senders of a hybrid connection reach under a port name: one part of an option {@code -T}.
 *
 * @param portName what senders ask for
 * @param target what is dialled for them; null lets the sender choose one of those that are allowed, by its port name
 */
public record TcpForward(
        HybridPath path, String portName, @Nullable Target target) {

    /** The option that names it. */
    public static final String OPTION = "-T";

    /** Stands for a target that the sender chooses. */
    static final String ANY_ALLOWED = "*";

    private static final String EXPECTED =
            "PATH:[PORT_NAME/][HOST:]PORT[;…] such as db:5432 or home:ssh/nas:22, or PATH:*";
    private static final Pattern PORT = Pattern.compile("(\\d{1,5})([Uu]?)");

    /**
     * Reads an option.
     *
     * @return a forward for each target in it, of which there is one at least
     * @throws MalformedForward if it is none
     */
    public static List<TcpForward> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw MalformedForward.of(OPTION, text, EXPECTED);
        }
        HybridPath path = PortNames.path(OPTION, text.substring(0, colon));
        List<TcpForward> forwards = new ArrayList<>();
        for (String binding : text.substring(colon + 1).split(";", -1)) {
            forwards.add(
                    binding.equals(ANY_ALLOWED) ? new TcpForward(path, ANY_ALLOWED, null) : parse(text, binding, path));
        }
        return forwards;
    }

    private static TcpForward parse(String text, String binding, HybridPath path) {
        int slash = binding.indexOf('/');
        String dialled = binding.substring(slash + 1);
        String port = dialled.substring(dialled.lastIndexOf(':') + 1);
        Matcher parts = PORT.matcher(port);
        if (parts.matches() && !parts.group(2).isEmpty()) {
            throw PortNames.datagrams(OPTION, text);
        }
        Target target = Target.read(dialled.equals(port) ? Target.LOCAL + ":" + port : dialled)
                .orElseThrow(() -> MalformedForward.of(OPTION, text, EXPECTED));
        String name = slash < 0 ? port : binding.substring(0, slash);
        return new TcpForward(path, PortNames.checked(OPTION, name), target);
    }
}
