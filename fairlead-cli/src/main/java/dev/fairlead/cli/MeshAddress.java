// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A virtual host of a broker, as an AMQP address names it.
 *
 * @param uri as it was given; it may hold a password
 */
record MeshAddress(URI uri) {

    /** Where the address stands if it is not typed. */
    static final String VARIABLE = "FAIRLEAD_MESH_URI";

    /** How far above the AMQP port the management API listens. */
    private static final int MANAGEMENT = 10_000;

    private static final int AMQP_PORT = 5672;
    private static final int AMQPS_PORT = 5671;
    private static final String EXPECTED = " (expected: amqp://user:password@host:port/vhost, or amqps:)";

    /**
     * {@return the address that was typed, or stands in the environment}
     *
     * @throws CommandFailure if there is none, or it is none
     */
    static MeshAddress of(@Nullable String typed, Map<String, String> environment) {
        String given = Optional.ofNullable(typed)
                .or(() -> Optional.ofNullable(environment.get(VARIABLE)).filter(text -> !text.isBlank()))
                .orElseThrow(
                        () -> CommandFailure.misused("--uri: none" + EXPECTED + "; " + VARIABLE + " does as well"));
        try {
            URI uri = URI.create(Argument.text("--uri", given));
            if (("amqp".equals(uri.getScheme()) || "amqps".equals(uri.getScheme())) && uri.getHost() != null) {
                return new MeshAddress(uri);
            }
        } catch (IllegalArgumentException _) {
            // told below; the text may hold a password
        }
        throw CommandFailure.misused("--uri: no AMQP address" + EXPECTED);
    }

    /** {@return the virtual host; {@code /} unless the address names one} */
    String virtualHost() {
        String path = uri.getRawPath();
        return path == null || path.length() < 2 ? "/" : URLDecoder.decode(path.substring(1), StandardCharsets.UTF_8);
    }

    /** {@return where the broker's management API is by the usual rule} */
    URI management() {
        boolean secure = "amqps".equals(uri.getScheme());
        int port = uri.getPort() > 0 ? uri.getPort() : secure ? AMQPS_PORT : AMQP_PORT;
        return URI.create((secure ? "https" : "http") + "://" + uri.getHost() + ":" + (port + MANAGEMENT));
    }

    /** {@return the header {@code Authorization} for the management API; {@code guest} unless the address names a user} */
    String authorization() {
        String user = uri.getRawUserInfo() == null ? "guest:guest" : uri.getRawUserInfo();
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString(URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8)
                                .getBytes(StandardCharsets.UTF_8));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() > 0 ? ":" + uri.getPort() : "") + "/"
                + (virtualHost().equals("/") ? "%2f" : virtualHost());
    }
}
