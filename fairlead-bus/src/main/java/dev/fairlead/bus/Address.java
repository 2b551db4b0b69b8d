// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a client's connection comes from, which names the client among those of its gateway.
 *
 * @param host an address as text, e.g. {@code 127.0.0.1}
 * @param port 1 to 65,535
 */
public record Address(String host, int port) {

    /** {@return what a value in a message's content names: an address, or a list of its two} */
    public static Optional<Address> read(@Nullable Object value) {
        if (value instanceof Address address) {
            return Optional.of(address);
        }
        if (value instanceof List<?> two
                && two.size() == 2
                && two.get(0) instanceof String host
                && two.get(1) instanceof Number port
                && port.intValue() == port.doubleValue()) {
            return Optional.of(new Address(host, port.intValue()));
        }
        return Optional.empty();
    }

    /** {@return the address as services print it} */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
