// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer that ends its side of TLS, and leaves its socket open. */
@ExtendWith(RelayUnderTest.Extension.class)
class TlsFarewellIT {

    private static final int SOON_MILLIS = 5000;

    @Test
    void socketEndsWithWhatWasSaidOverIt(RelayUnderTest relay) throws IOException {
        relay.withTls();
        int port = relay.secureUri().getPort();

        try (Socket below = new Socket("localhost", port);
                SSLSocket peer = (SSLSocket)
                        relay.authority().trusting().getSocketFactory().createSocket(below, "localhost", port, false)) {
            peer.startHandshake();
            below.setSoTimeout(SOON_MILLIS);

            peer.shutdownOutput();

            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            assertThat(below.getInputStream().read()).isEqualTo(-1);
        }
    }
}
