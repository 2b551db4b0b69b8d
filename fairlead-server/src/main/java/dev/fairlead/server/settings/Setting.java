// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.util.List;

/**
 * One key of the effective configuration.
 *
 * @param path the key, from the top, with dots
 * @param values what it is set to, as users write it, secrets masked; empty if it is unset, or an empty list
 * @param list whether it is a list
 * @param origin where the value comes from
 */
public record Setting(String path, List<String> values, boolean list, Origin origin) {

    /** Takes a copy. */
    public Setting {
        values = List.copyOf(values);
    }
}
