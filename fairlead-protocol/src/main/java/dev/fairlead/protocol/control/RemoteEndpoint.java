// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

/**
 * Where a sender's connection came from, as the relay saw it.
 *
 * @param address an IP address as text; empty if the relay did not say
 * @param port 0 to 65535; 0 if the relay did not say
 */
public record RemoteEndpoint(String address, int port) {

    /** Stands for an endpoint that the relay did not name. */
    public static final RemoteEndpoint UNKNOWN = new RemoteEndpoint("", 0);

    /**
     * Checks the port.
     *
     * @throws IllegalArgumentException if the port is none
     */
    public RemoteEndpoint {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }
}
