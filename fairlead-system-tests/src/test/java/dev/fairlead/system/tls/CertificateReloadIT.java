// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Chapter 8: certificates that are renewed while the relay runs. */
@ExtendWith(RelayUnderTest.Extension.class)
class CertificateReloadIT {

    private static final String STALE = "fairlead_tls_certificate_stale{port=\"localhost:0\"}";

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.withTls().overTls();
    }

    private List<String> namesShown() throws IOException, CertificateParsingException {
        return JdkClient.namesShown(relay.secureUri(), relay.authority().trusting(), "localhost");
    }

    private void untilShown(String name) throws IOException, CertificateParsingException {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        List<String> shown = namesShown();
        while (!shown.contains(name)) {
            assertThat(System.nanoTime())
                    .as("%s is not shown, but %s", name, shown)
                    .isLessThan(deadline);
            shown = namesShown();
        }
    }

    @Test
    void newConnectionsSeeARenewedCertificateAndOldOnesGoOn() throws Exception {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();
        assertThat(namesShown()).doesNotContain("renewed.test");

        relay.renewsCertificate("localhost", "renewed.test");

        untilShown("renewed.test");
        sender.sends("not disturbed");
        listener.receives("not disturbed").sends("nor am I");
        sender.receives("nor am I");
        SenderDriver later = relay.sender("orders").startsConnecting();
        listener.isOffered(later);
        listener.dials();
        later.isConnected();
    }

    @Test
    void fileThatCannotBeUsedChangesNothingButTheMetricUntilItIsPutRight() throws Exception {
        relay.server();
        Path chain = relay.renewsCertificate("localhost", "first.test").certificateChain();
        untilShown("first.test");
        relay.untilMeter(STALE, 0);

        Files.writeString(chain, "no certificate");

        relay.untilMeter(STALE, 1);
        assertThat(namesShown()).contains("first.test");

        relay.renewsCertificate("localhost", "second.test");

        untilShown("second.test");
        relay.untilMeter(STALE, 0);
    }

    /** A session must not outlive the trust that it was begun under. */
    @Test
    void sessionOfTheOldCertificateIsNotResumed(@TempDir Path folder) throws Exception {
        String session = folder.resolve("session.pem").toString();
        try (ForeignProgram client = OpenSsl.connects(relay, "-crlf", "-sess_out", session)) {
            client.tells("GET /nowhere HTTP/1.1")
                    .tells("Host: localhost")
                    .tells("Connection: close")
                    .tells("");
            client.prints("HTTP/1.1 401 ");
            client.exits();
        }

        relay.renewsCertificate("localhost", "renewed.test");
        untilShown("renewed.test");

        try (ForeignProgram client = OpenSsl.connects(relay, "-sess_in", session)) {
            client.prints("New, TLSv1.3");
        }
    }
}
