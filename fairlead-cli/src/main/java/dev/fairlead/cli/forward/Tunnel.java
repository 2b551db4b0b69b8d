// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.protocol.address.HybridPath;
import java.util.List;
import java.util.Optional;

/**
 * Standard input and output, joined to whoever listens on a hybrid connection: the option {@code -W}.
 *
 * @param portName what is asked for at the other end; empty for the only one that there is
 */
public record Tunnel(HybridPath path, String portName) {

    /** The option that names it. */
    public static final String OPTION = "-W";

    /**
     * Reads an option.
     *
     * @param entity what the connection string is for: the rest is the port name. Otherwise it stands behind the last slash
     * @throws MalformedForward if it is none
     */
    public static Tunnel parse(String text, Optional<HybridPath> entity) {
        if (entity.isPresent()) {
            HybridPath whole = PortNames.path(OPTION, text);
            HybridPath path = entity.get();
            if (!path.isWholeSegmentPrefixOf(whole)) {
                throw MalformedForward.of(
                        OPTION, text, path + "[/PORT_NAME], as the connection string's EntityPath says");
            }
            List<String> rest = whole.segments()
                    .subList(path.segments().size(), whole.segments().size());
            return new Tunnel(path, rest.isEmpty() ? "" : PortNames.checked(OPTION, String.join("/", rest)));
        }
        int slash = text.lastIndexOf('/');
        if (slash <= 0) {
            return new Tunnel(PortNames.path(OPTION, text), "");
        }
        String name = text.substring(slash + 1);
        return new Tunnel(
                PortNames.path(OPTION, text.substring(0, slash)),
                name.isEmpty() ? "" : PortNames.checked(OPTION, name));
    }
}
