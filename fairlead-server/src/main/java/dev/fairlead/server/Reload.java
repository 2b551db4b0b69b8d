// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server;

import dev.fairlead.server.config.Change;
import java.util.List;

/**
 * What came of another configuration for a running server.
 *
 * @param applied what holds from now on
 * @param waiting what differs from the running server, and holds after a restart
 */
public record Reload(List<Change> applied, List<Change> waiting) {

    /** Takes copies. */
    public Reload {
        applied = List.copyOf(applied);
        waiting = List.copyOf(waiting);
    }
}
