// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.tls;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.util.ArrayList;
import java.util.List;

/** The test client of OpenSSL, which tells what a handshake came to. */
final class OpenSsl {

    private OpenSsl() {}

    /** {@return one that connects to the port of TLS, and trusts its authority} */
    static ForeignProgram connects(RelayUnderTest relay, String... options) {
        return connects(relay, relay.secureUri().getPort(), options);
    }

    /** {@return one that connects to any port of the relay} */
    static ForeignProgram connects(RelayUnderTest relay, int port, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "s_client",
                "-connect",
                "localhost:" + port,
                "-CAfile",
                relay.authority().certificate().toString(),
                "-verify_return_error"));
        arguments.addAll(List.of(options));
        return ForeignProgram.running(ForeignProgram.find("openssl"), arguments.toArray(String[]::new))
                .start();
    }
}
