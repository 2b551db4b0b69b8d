// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.bench.load.Children.Child;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A candidate that runs and can be loaded.
 *
 * @param process whose CPU and memory count
 * @param listener the listener behind it, whose do not; empty if it has none
 * @param port where it accepts plain connections
 * @param tlsPort where it accepts TLS; empty if it does not
 * @param target what tells the load generator where to connect to: {@code -n} and {@code -k}, or nothing
 */
record Contender(
        Candidate candidate, Child process, List<Child> listener, int port, OptionalInt tlsPort, List<String> target) {

    /** {@return the load generator's options for a load on the plain port} */
    List<String> plain() {
        return options(port);
    }

    /** {@return the load generator's options for a load over TLS} */
    List<String> tls() {
        List<String> options = new ArrayList<>(options(tlsPort.orElseThrow()));
        options.add("-S");
        return options;
    }

    private List<String> options(int to) {
        List<String> options = new ArrayList<>(List.of("-p", String.valueOf(to), "-T"));
        options.add(
                String.join(",", process.pids().stream().map(String::valueOf).toList()));
        options.addAll(target);
        return options;
    }
}
