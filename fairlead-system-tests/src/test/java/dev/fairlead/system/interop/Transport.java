// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;

/** How clients reach the relay. */
public enum Transport {
    /** By its plain port. */
    PLAIN,

    /** By the port that speaks TLS, whose certificate they are told to trust as each of them wants it. */
    TLS;

    /** Gives a relay both ports, and has everybody go by this one. */
    public RelayUnderTest of(RelayUnderTest relay, TestAuthority authority) {
        relay.withTlsOf(authority);
        return this == TLS ? relay.overTls() : relay.inPlain();
    }
}
