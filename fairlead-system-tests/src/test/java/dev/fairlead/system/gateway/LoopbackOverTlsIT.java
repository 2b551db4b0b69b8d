// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.BeforeEach;

/** The same over TLS. */
class LoopbackOverTlsIT extends LoopbackIT {

    @Override
    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        super.prepare(prepared.withTls().overTls());
    }
}
