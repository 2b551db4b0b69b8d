// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import dev.fairlead.protocol.address.HybridPath;

/**
 * A request target as relays give it to listeners, taken apart.
 *
 * @param path with a slash in front, decoded but for the escapes that mean something
 * @param below what stands below the hybrid connection in the path: empty, or with a slash in front; a slash at its end stays
 * @param query as it came, without a question mark; may be empty
 */
public record RelayedPath(String path, String below, String query) {

    /** Takes a target apart. One that does not begin with the hybrid connection's name lies below it as a whole. */
    public static RelayedPath of(String target, HybridPath listener) {
        int mark = target.indexOf('?');
        String given = mark < 0 ? target : target.substring(0, mark);
        String path = given.startsWith("/") ? given : "/" + given;
        String name = "/" + listener.spelled();
        boolean named = path.regionMatches(true, 0, name, 0, name.length())
                && (path.length() == name.length() || path.charAt(name.length()) == '/');
        return new RelayedPath(
                path, named ? path.substring(name.length()) : path, mark < 0 ? "" : target.substring(mark + 1));
    }
}
