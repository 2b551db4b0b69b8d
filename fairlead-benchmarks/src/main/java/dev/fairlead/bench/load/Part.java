// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.Locale;

/** The parts of a run. */
enum Part {
    /** Connect, upgrade, meet where the candidate is a relay, and close. */
    CONNECT,
    /** TLS between the client and the candidate; compared with nginx. */
    TLS,
    /** Memory for pairs that say nothing. */
    IDLE,
    /** Messages back and forth. */
    LOAD,
    /** HTTP requests, over control channels and rendezvous; compared with a relay of HTTP on Node. */
    HTTP;

    /** {@return its name in results and on the command line} */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
