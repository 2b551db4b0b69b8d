// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

/**
 * Where a client's connection comes from, which names the client among those of its gateway.
 *
 * @param host an address as text, e.g. {@code 127.0.0.1}
 * @param port 1 to 65,535
 */
public record Address(String host, int port) {

    /** {@return the address as services print it} */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
