// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.net.InetSocketAddress;

/**
 * A plain HTTP request, as far as a service needs it that answers whole small pages.
 *
 * @param method as on the request line
 * @param target path and query, as on the request line
 * @param headers every header line
 * @param remoteAddress where the connection comes from
 */
public record HttpQuestion(String method, String target, Headers headers, InetSocketAddress remoteAddress) {

    /** {@return the target up to its query} */
    public String path() {
        return path(target);
    }

    /** {@return a target, as on the request line, up to its query} */
    public static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
