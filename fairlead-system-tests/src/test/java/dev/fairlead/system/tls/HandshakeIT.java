// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 8: versions, names, sessions, and whoever speaks something else. */
@ExtendWith(RelayUnderTest.Extension.class)
class HandshakeIT {

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.withTls().overTls();
    }

    @Test
    void addressOfAnOfferNamesTheSchemeAndHostThatTheListenerDialled() {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.inPlain().sender("orders").startsConnecting();

        assertThat(listener.isOffered(sender).address())
                .startsWith("wss://localhost:" + relay.secureUri().getPort() + "/$hc/orders?");
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, TLSv1.2", "-tls1_3, TLSv1.3"})
    void twoVersionsAreSpoken(String option, String version) throws Exception {
        try (ForeignProgram client = OpenSsl.connects(relay, option)) {
            assertThat(client.prints("New, ")).startsWith("New, " + version + ",");
        }
        assertThat(JdkClient.handshake(relay.secureUri(), relay.authority().trusting(), version)
                        .getProtocol())
                .isEqualTo(version);
    }

    @Test
    void olderVersionsAreRefused() {
        try (ForeignProgram client = OpenSsl.connects(relay, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")) {
            assertThat(client.exits()).isNotZero();
            assertThat(client.wholeLog()).anyMatch(line -> line.contains("alert protocol version"));
        }
        relay.untilMeter("fairlead_tls_handshakes_failed_total", 1);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, localhost",
        "one.test, one.test",
        "ONE.test, one.test",
        "two.test, two.test",
        "any.two.test, two.test",
        "any.one.test, localhost",
        "far.any.two.test, localhost",
        "unknown.test, localhost",
    })
    void nameThatIsAskedForPicksTheCertificate(String asked, String shown) throws Exception {
        additionalCertificates();

        assertThat(JdkClient.namesShown(relay.secureUri(), relay.authority().trusting(), asked))
                .contains(shown);
    }

    @Test
    void whoAsksForNoNameSeesTheFirstCertificate() {
        additionalCertificates();

        try (ForeignProgram client = OpenSsl.connects(relay, "-noservername")) {
            assertThat(client.prints("subject=")).isEqualTo("subject=CN = localhost");
        }
    }

    /** {@code localhost} first, then {@code one.test}, then {@code two.test} with all below it. */
    private void additionalCertificates() {
        TestAuthority.Issued one = relay.authority().issues("one", "one.test");
        TestAuthority.Issued two = relay.authority().issues("two", "two.test", "*.two.test");
        String more = "listen.1.tls.additionalCertificates.";
        relay.with(
                more + "0.certificateChain=" + one.certificateChain(),
                more + "0.privateKey=" + one.privateKey(),
                more + "1.certificateChain=" + two.certificateChain(),
                more + "1.privateKey=" + two.privateKey());
    }

    @Test
    void sessionOfTls12IsResumed() {
        try (ForeignProgram client = OpenSsl.connects(relay, "-tls1_2", "-reconnect")) {
            client.prints("New, TLSv1.2");
            for (int i = 0; i < 5; i++) {
                client.prints("Reused, TLSv1.2");
            }
        }
    }

    @Test
    void sessionOfTls13IsResumed(@TempDir Path folder) {
        Path session = folder.resolve("session.pem");
        try (ForeignProgram client = OpenSsl.connects(relay, "-tls1_3", "-crlf", "-sess_out", session.toString())) {
            client.prints("New, TLSv1.3");
            client.tells("GET / HTTP/1.1")
                    .tells("Host: localhost")
                    .tells("Connection: close")
                    .tells(""); // the ticket may come with the first answer
            client.prints("Post-Handshake New Session Ticket arrived:");
            client.exits();
        }

        try (ForeignProgram client = OpenSsl.connects(relay, "-tls1_3", "-sess_in", session.toString())) {
            client.prints("Reused, TLSv1.3");
        }
    }

    /** One who may ask for a handshake again and again on one connection has the server work much for little. */
    @Test
    void clientThatAsksForAnotherHandshakeIsCutOff() {
        relay.with("limits.handshakeTimeout=1m");
        try (ForeignProgram client = OpenSsl.connects(relay, "-tls1_2")) {
            client.prints("New, TLSv1.2");
            client.prints("---");

            client.tells("R").prints("RENEGOTIATING");

            client.exits();
        }
        relay.untilMeter("fairlead_connections_open", 1);
    }

    @Test
    void refusalsArriveWholeAndWithTheEndOfTls() {
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            try (ForeignProgram client = OpenSsl.connects(relay, version, "-ign_eof", "-crlf")) {
                client.prints("New, ");
                client.tells("GET /$hc/orders HTTP/1.1")
                        .tells("Host: localhost")
                        .tells("Upgrade: websocket")
                        .tells("Connection: Upgrade")
                        .tells("Sec-WebSocket-Key: " + Handshake.KEY)
                        .tells("Sec-WebSocket-Version: 13")
                        .tells("");

                client.prints("HTTP/1.1 401 MissingToken");
                assertThat(client.exits()).isZero();
                assertThat(client.wholeLog())
                        .anyMatch(line -> line.startsWith("{\"error\":") && line.contains("}}"))
                        .anyMatch(line -> line.endsWith("closed"))
                        .noneMatch(line -> line.contains("unexpected eof"));
            }
        }
    }

    @Test
    void plainHttpOnAPortOfTlsIsAnsweredInPlain() {
        RawWebSocket socket = RawWebSocket.dial(relay.secureUri());

        ResponseHead head = socket.asks(Handshake.plain("/"));

        assertThat(head.status()).isEqualTo(400);
        assertThat(head.reason()).startsWith("This port speaks TLS");
        assertThat(socket.readsBody(head)).contains("BadRequest");
        assertThat(socket.readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
    }

    @Test
    void plainUpgradeOnAPortOfTlsIsAnsweredInPlain() {
        RawWebSocket socket = RawWebSocket.dial(relay.secureUri());

        assertThat(socket.asks(Handshake.to("/$hc/orders?sb-hc-action=connect")).status())
                .isEqualTo(400);
    }

    @Test
    void tlsOnAPlainPortFailsAtOnceAndIsNoFaultOfTheServer() {
        relay.inPlain();
        int plain = relay.port();

        try (WarningsHeard warnings = new WarningsHeard()) {
            assertThatThrownBy(() -> JdkClient.handshake(
                            relay.uri().resolve("/"), relay.authority().trusting(), "TLSv1.3"))
                    .isInstanceOf(SSLException.class);
            try (ForeignProgram client = OpenSsl.connects(relay, plain)) {
                assertThat(client.exits()).isNotZero();
            }
            relay.untilMeter("fairlead_connections_open", 1);

            assertThat(warnings.heard()).isEmpty();
        }
    }

    @Test
    void whoDoesNotTrustTheAuthorityGoesAwayAndIsNoFaultOfTheServer() {
        try (WarningsHeard warnings = new WarningsHeard()) {
            assertThatThrownBy(() -> JdkClient.handshake(relay.secureUri(), SSLContext.getDefault(), "TLSv1.3"))
                    .isInstanceOf(SSLHandshakeException.class);
            relay.untilMeter("fairlead_tls_handshakes_failed_total", 1);

            assertThat(warnings.heard()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0000\u0001\u0002\u0003\u0004\u0005",
                "\u0016\u0003\u0001\u0000\u0005hello"
            })
    void whatIsNeitherTlsNorHttpEndsTheConnectionAndIsNoFaultOfTheServer(String bytes) throws IOException {
        int port = relay.secureUri().getPort();
        try (WarningsHeard warnings = new WarningsHeard();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Patience.LIMIT.toMillis() / 2);

            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));

            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(1000);
            assertThat(warnings.heard()).isEmpty();
        }
    }
}
