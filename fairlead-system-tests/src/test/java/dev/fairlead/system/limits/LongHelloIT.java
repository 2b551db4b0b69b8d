// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer whose first message of TLS never ends, on a port that has to read the whole of it for the host's name. */
@ExtendWith(RelayUnderTest.Extension.class)
class LongHelloIT {

    private static final int RECORD = 16 * 1024;
    private static final int CLIENT_HELLO = 1;
    private static final int LONGEST = 0xFF_FFFF;

    /** More than all buffers of two sockets hold. */
    private static final int MUCH = 14 * 1024 * 1024;

    @Test
    void helloThatIsLongerThanAnyIsNotKept(RelayUnderTest relay) throws IOException {
        relay.withTls();
        TestAuthority.Issued other = relay.authority().issues("other", "other.example");
        relay.with(
                "listen.1.tls.additionalCertificates.0.certificateChain=" + other.certificateChain(),
                "listen.1.tls.additionalCertificates.0.privateKey=" + other.privateKey());

        try (Socket peer = new Socket("localhost", relay.secureUri().getPort())) {
            OutputStream out = peer.getOutputStream();
            assertThatThrownBy(() -> {
                        for (int sent = 0; sent < MUCH; sent += RECORD) {
                            out.write(record(sent == 0));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(relay.meter("fairlead_tls_handshakes_failed_total")).isEqualTo(1);
    }

    private static byte[] record(boolean first) {
        ByteBuffer record = ByteBuffer.allocate(5 + RECORD)
                .put((byte) 22)
                .putShort((short) 0x0301)
                .putShort((short) RECORD);
        if (first) {
            record.putInt(CLIENT_HELLO << 24 | LONGEST);
        }
        return record.array();
    }
}
