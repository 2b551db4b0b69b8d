// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.server.connection.UpgradeRequest;
import java.util.List;
import java.util.Locale;

/**
 * Whose pages may connect (RFC 6455, section 10.2): a browser sends a user's cookies along to whatever address a page names,
 * so a page of a stranger could speak in the user's name.
 *
 * @param allowed lower-case origins, or {@code *}; empty for those of the host and port that is dialled
 */
record OriginCheck(List<String> allowed) {

    /** {@return whether a client may go on} One that names no origin is no page. */
    boolean passes(UpgradeRequest request) {
        String origin = request.headers().joined("Origin").orElse("").toLowerCase(Locale.ROOT);
        if (origin.isEmpty() || allowed.contains(EndpointConfig.ANY_ORIGIN)) {
            return true;
        }
        return allowed.isEmpty() ? origin.equals(ownOrigin(request)) : allowed.contains(origin);
    }

    private static String ownOrigin(UpgradeRequest request) {
        String dialled = request.baseAddress().toLowerCase(Locale.ROOT);
        return withoutUsualPort(dialled.replaceFirst("^ws", "http"));
    }

    private static String withoutUsualPort(String origin) {
        if (origin.startsWith("http://") && origin.endsWith(":80")) {
            return origin.substring(0, origin.length() - ":80".length());
        }
        if (origin.startsWith("https://") && origin.endsWith(":443")) {
            return origin.substring(0, origin.length() - ":443".length());
        }
        return origin;
    }
}
