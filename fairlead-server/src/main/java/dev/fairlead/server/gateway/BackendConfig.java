// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Section;
import java.util.Map;

/**
 * What stands behind an endpoint.
 *
 * @param type which backend
 */
public record BackendConfig(Type type) {

    /** The backends that there are. */
    public enum Type {
        /** Says to every client what it said. */
        LOOPBACK
    }

    /** Reads the section. */
    public static BackendConfig read(Section in) {
        return new BackendConfig(in.required(
                "type", "loopback: says to every client what it said", Kind.oneOf(Map.of(Type.LOOPBACK, "loopback"))));
    }
}
