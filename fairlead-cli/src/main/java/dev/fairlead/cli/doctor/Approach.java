// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How the relay's port is reached.
 *
 * @param address the relay's; not resolved where a proxy looks the name up
 * @param detour null for the straight way
 */
record Approach(InetSocketAddress address, @Nullable Detour detour) {

    static Approach by(Detour detour, Relay relay) {
        return new Approach(InetSocketAddress.createUnresolved(relay.host(), relay.port()), detour);
    }

    /** {@return host and port, as in a URL} */
    String authority() {
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
