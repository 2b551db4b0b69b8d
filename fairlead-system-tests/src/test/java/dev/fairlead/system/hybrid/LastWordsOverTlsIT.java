// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.BeforeEach;

/** What a stop still says, over TLS. */
class LastWordsOverTlsIT extends LastWordsIT {

    @BeforeEach
    void prepare(RelayUnderTest relay) {
        relay.withTls().overTls();
    }
}
