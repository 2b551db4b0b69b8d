// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.protocol.address.HybridPath;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A web server here that answers what comes by a hybrid connection: an option {@code -H}.
 *
 * @param target {@code http} or {@code https}, host, port if one is given, and a path that may be empty
 */
public record HttpForward(HybridPath path, URI target) {

    /** The option that names it. */
    public static final String OPTION = "-H";

    private static final String EXPECTED =
            "PATH:[http/|https/]HOST[:PORT][/PATH] such as site:http/localhost:8080, or PATH:URL";

    private static final String PORT = "(?::(\\d{1,5}))?";

    /** The port stands behind the path where azbridge wants it, and behind the host where everybody looks for it. */
    private static final Pattern WRITTEN = Pattern.compile("(?:(https?)/)?(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)" + PORT
            + "((?:/[A-Za-z0-9._~!$&'()*+,=@%/-]*)?)" + PORT);

    private static final Pattern URL = Pattern.compile(
            "(https?)://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)" + PORT + "((?:/[A-Za-z0-9._~!$&'()*+,=@%/-]*)?)()");

    /**
     * Reads an option.
     *
     * @throws MalformedForward if it is none
     */
    public static HttpForward parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw MalformedForward.of(OPTION, text, EXPECTED);
        }
        HybridPath path = PortNames.path(OPTION, text.substring(0, colon));
        String target = text.substring(colon + 1);
        Matcher parts = (target.contains("://") ? URL : WRITTEN).matcher(target);
        if (!parts.matches()) {
            throw MalformedForward.of(OPTION, text, EXPECTED);
        }
        String scheme = parts.group(1) == null ? "http" : parts.group(1);
        String port = parts.group(3) == null ? parts.group(5) : parts.group(3);
        boolean twice = parts.group(3) != null
                && parts.group(5) != null
                && !parts.group(5).isEmpty();
        String host = parts.group(2);
        if (host.matches("\\d{1,5}") && (port == null || port.isEmpty())) {
            port = host;
            host = Target.LOCAL;
        }
        if (twice || (!isAbsent(port) && !PortNames.isPort(port))) {
            throw MalformedForward.of(OPTION, text, EXPECTED);
        }
        return new HttpForward(
                path, URI.create(scheme + "://" + host + (isAbsent(port) ? "" : ":" + port) + parts.group(4)));
    }

    private static boolean isAbsent(@Nullable String port) {
        return port == null || port.isEmpty();
    }
}
