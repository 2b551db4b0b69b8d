// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The head of a response exactly as it came.
 *
 * @param statusLine the first line, without its end
 * @param lines the header lines, in order and case
 */
public record ResponseHead(String statusLine, List<String> lines) {

    /** Takes a copy of the lines. */
    public ResponseHead {
        lines = List.copyOf(lines);
    }

    static ResponseHead parse(String head) {
        List<String> lines = new ArrayList<>(List.of(head.split("\r\n", -1)));
        return new ResponseHead(lines.removeFirst(), lines);
    }

    /** {@return the number of the status line} */
    public int status() {
        return Integer.parseInt(statusLine.split(" ", 3)[1]);
    }

    /** {@return the reason phrase; empty if there is none} */
    public String reason() {
        String[] parts = statusLine.split(" ", 3);
        return parts.length < 3 ? "" : parts[2];
    }

    /** {@return the values of all headers of this name, in order; case does not matter} */
    public List<String> all(String name) {
        return lines.stream()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    /**
     * {@return the value of the header of this name}
     *
     * @throws AssertionError if it came more than once
     */
    public Optional<String> header(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " came " + values.size() + " times: " + this);
        }
        return values.stream().findFirst();
    }

    @Override
    public String toString() {
        return statusLine + lines;
    }
}
