// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.limits;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Where connections come from, as far as one party can be told from another: an address of IPv4, or a network of 64 bits
 * of IPv6, which is what one subscriber has at least (RFC 6177). IPv4 inside IPv6 is IPv4.
 *
 * @param bits the address, or the first half of it
 * @param six whether of IPv6
 */
record Source(long bits, boolean six) {

    static Source of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(unmapped(address).getAddress());
        return bytes.remaining() == Integer.BYTES
                ? new Source(bytes.getInt(), false)
                : new Source(bytes.getLong(), true);
    }

    private static InetAddress unmapped(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress()); // makes IPv4 of what is mapped (RFC 4291, 2.5.5.2)
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has the length of an address", e);
        }
    }
}
