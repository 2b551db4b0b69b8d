// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.BeforeEach;

/** RFC 6455, section 5, over TLS. */
class FramingOverTlsIT extends FramingIT {

    @Override
    @BeforeEach
    void join(RelayUnderTest prepared) {
        super.join(prepared.withTls().overTls());
    }
}
