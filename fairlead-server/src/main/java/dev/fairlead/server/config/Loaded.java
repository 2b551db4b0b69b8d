// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.server.settings.Setting;
import java.util.List;

/**
 * A configuration that can be used.
 *
 * @param config the configuration
 * @param warnings what is odd but harms nothing, a line each
 * @param settings every key with its value and where it comes from
 */
public record Loaded(ServerConfig config, List<String> warnings, List<Setting> settings) {

    /** Takes copies of the lists. */
    public Loaded {
        warnings = List.copyOf(warnings);
        settings = List.copyOf(settings);
    }
}
