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
    LOAD;

    /** {@return its name in results and on the command line} */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
