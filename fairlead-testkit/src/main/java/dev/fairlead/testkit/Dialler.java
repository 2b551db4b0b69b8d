// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Opens the sockets of drivers, over TLS where the address says so.
 *
 * @param authority who is trusted; null where nobody speaks TLS
 * @param newest the newest version of TLS that is spoken
 */
record Dialler(@Nullable TestAuthority authority, String newest) {

    /** For relays without a port of TLS. */
    static final Dialler PLAIN = new Dialler(null, "TLSv1.3");

    RawWebSocket dial(URI address) {
        return dial(address, 0);
    }

    RawWebSocket dial(URI address, int receiveBuffer) {
        if (!address.getScheme().equals("wss")) {
            return RawWebSocket.dial(address, receiveBuffer);
        }
        if (authority == null) {
            throw new AssertionError(address + " is not to be dialled: the relay of the test has no port of TLS");
        }
        return RawWebSocket.dial(address, receiveBuffer, authority.trusting(newest));
    }
}
