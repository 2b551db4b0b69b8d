// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 8: handshakes that are begun and not ended. */
@ExtendWith(RelayUnderTest.Extension.class)
class SlowHandshakeIT {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.with("limits.handshakeTimeout=1s").withTls();
    }

    /** With one certificate, and with two, where the name decides. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneWhoSaysNothingIsCutOff(boolean twoCertificates) throws Exception {
        prepare(twoCertificates);

        assertThat(connectionLasts()).isBetween(LIMIT.dividedBy(2), LIMIT.multipliedBy(5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneWhoBeginsARecordAndStopsIsCutOff(boolean twoCertificates) throws Exception {
        prepare(twoCertificates);

        assertThat(connectionLasts((byte) 22)).isBetween(LIMIT.dividedBy(2), LIMIT.multipliedBy(5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneWhoSaysHelloAndNoMoreIsCutOff(boolean twoCertificates) throws Exception {
        prepare(twoCertificates);

        assertThat(connectionLasts(clientHello())).isBetween(LIMIT.dividedBy(2), LIMIT.multipliedBy(5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneWhoSaysHalfAHelloIsCutOff(boolean twoCertificates) throws Exception {
        prepare(twoCertificates);
        byte[] hello = clientHello();

        assertThat(connectionLasts(Arrays.copyOf(hello, hello.length / 2)))
                .isBetween(LIMIT.dividedBy(2), LIMIT.multipliedBy(5));
    }

    @Test
    void oneWhoHasShakenHandsAndAsksForNothingIsAnswered() {
        relay.overTls();

        assertThat(relay.socket().readsHead().status()).isEqualTo(408);
    }

    private void prepare(boolean twoCertificates) {
        if (twoCertificates) {
            TestAuthority.Issued second = relay.authority().issues("second", "second.test");
            String more = "listen.1.tls.additionalCertificates.0.";
            relay.with(
                    more + "certificateChain=" + second.certificateChain(), more + "privateKey=" + second.privateKey());
        }
    }

    private Duration connectionLasts(byte... begun) throws Exception {
        int port = relay.secureUri().getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Patience.LIMIT.toMillis());
            long start = System.nanoTime();
            socket.getOutputStream().write(begun);
            byte[] heard = socket.getInputStream().readAllBytes();
            Duration lasted = Duration.ofNanos(System.nanoTime() - start);
            relay.untilMeter("fairlead_tls_handshakes_failed_total", 1);
            assertThat(new String(heard, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP");
            return lasted;
        }
    }

    private static byte[] clientHello() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        wrap(engine, hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    private static void wrap(SSLEngine engine, ByteBuffer into) throws SSLException {
        assertThat(engine.wrap(ByteBuffer.allocate(0), into).bytesProduced()).isPositive();
    }
}
