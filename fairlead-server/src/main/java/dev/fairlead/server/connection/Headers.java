// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.http.Header;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The header lines of a request, in the order and spelling of their sender; found by name in any case.
 *
 * @param lines every line; a name may stand several times
 */
public record Headers(List<Header> lines) {

    /** Takes a copy of the lines. */
    public Headers {
        lines = List.copyOf(lines);
    }

    /** {@return the value of the first line of that name} */
    public Optional<String> first(String name) {
        for (Header line : lines) { // asked for several names of each request
            if (line.is(name)) {
                return Optional.of(line.value());
            }
        }
        return Optional.empty();
    }

    /** {@return the values of all lines of that name, joined by a comma, which says the same (RFC 9110, section 5.2)} */
    public Optional<String> joined(String name) {
        Optional<String> first = first(name);
        return first.isEmpty()
                ? first
                : Optional.of(lines.stream()
                        .filter(line -> line.is(name))
                        .map(Header::value)
                        .collect(Collectors.joining(", ")));
    }

    /** {@return whether a line of that name is there} */
    public boolean has(String name) {
        return first(name).isPresent();
    }
}
