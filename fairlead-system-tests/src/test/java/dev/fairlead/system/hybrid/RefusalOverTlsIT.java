// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.BeforeEach;

/** Chapter 6 over TLS: refusals, each whole and with the end of TLS behind it. */
class RefusalOverTlsIT extends RefusalIT {

    @BeforeEach
    void prepare(RelayUnderTest relay) {
        relay.withTls().overTls();
    }
}
