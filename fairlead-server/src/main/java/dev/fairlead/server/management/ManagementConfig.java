// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.management;

import dev.fairlead.server.settings.HostPort;
import dev.fairlead.server.settings.Section;
import java.net.InetSocketAddress;

/**
 * Where operators and their tools ask the server.
 *
 * @param address what to bind; port 0 lets the system choose one; {@code 127.0.0.1:9401} unless told
 */
public record ManagementConfig(InetSocketAddress address) {

    /** What an absent section means. */
    public static final ManagementConfig DEFAULT = new ManagementConfig(HostPort.parse("127.0.0.1:9401"));

    /** Reads the section. */
    public static ManagementConfig read(Section in) {
        return new ManagementConfig(
                in.address("address", "where /metrics, /livez and /readyz are served", DEFAULT.address));
    }
}
