// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.BeforeEach;

/** Chapter 5 over TLS: how pairs end. */
class FarewellOverTlsIT extends FarewellIT {

    @Override
    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        super.prepare(prepared.withTls().overTls());
    }
}
