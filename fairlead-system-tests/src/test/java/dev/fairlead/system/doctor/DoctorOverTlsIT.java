// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.doctor;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each sickness of a certificate, and TLS where none is expected. */
@ExtendWith(RelayUnderTest.Extension.class)
class DoctorOverTlsIT {

    @TempDir
    private Path home;

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.knows("path: hello").withTls().overTls();
    }

    private Examination examines(String string) {
        return Examination.of(
                home,
                string,
                "hello",
                "--cacert",
                relay.authority().certificate().toString());
    }

    /** Shows another certificate of the same authority. */
    private void shows(TestAuthority.Issued other) {
        relay.with(
                "listen.1.tls.certificateChain=" + other.certificateChain(),
                "listen.1.tls.privateKey=" + other.privateKey());
    }

    private String stringOf(String scheme, URI port) {
        return relay.connectionString()
                .replaceFirst("Endpoint=[^;]*", "Endpoint=" + scheme + "://localhost:" + port.getPort() + "/");
    }

    @Test
    void healthyPatientIsWell() {
        ListenerDriver listener = relay.listener("hello").online();

        try (Examination doctor = examines(relay.connectionString())) {
            listener.isOffered();
            listener.dials();

            doctor.exitsWith(0)
                    .says("ok", "TLS", "TLSv1.3, ")
                    .says("ok", "TLS", "; trusted by ")
                    .adds("localhost, issued by authority of ")
                    .adds("NODE_EXTRA_CA_CERTS=")
                    .concludes("All well. Not examined: listen.");
        }
    }

    @Test
    void authorityThatIsUnknownIsFound() {
        try (Examination doctor = Examination.of(home, relay.connectionString(), "hello")) {
            doctor.exitsWith(1)
                    .says("FAIL", "TLS", "the certificate is not trusted: its issuer, authority of ")
                    .adds("--cacert FILE")
                    .adds("export NODE_EXTRA_CA_CERTS=FILE")
                    .says("skipped", "key", "TLS has to be put right first")
                    .concludes("Not well: TLS.");
        }
    }

    @Test
    void certificateForAnotherNameIsFound() {
        shows(relay.authority().issues("other", "other.test"));

        try (Examination doctor = examines(relay.connectionString())) {
            doctor.exitsWith(1).says("FAIL", "TLS", "the certificate is for other.test, and not for localhost");
        }
    }

    @Test
    void certificateThatEndedIsFound() {
        shows(relay.authority().issues("old", Instant.now().minus(Duration.ofDays(3)), "localhost"));

        try (Examination doctor = examines(relay.connectionString())) {
            doctor.exitsWith(1).says("FAIL", "TLS", "the certificate of localhost ended on ");
        }
    }

    @Test
    void certificateThatEndsSoonIsWarnedOf() {
        shows(relay.authority().issues("late", Instant.now().plus(Duration.ofDays(3)), "localhost"));

        try (Examination doctor = examines(relay.connectionString())) {
            doctor.exitsWith(1)
                    .says("warn", "TLS", "trusted by ")
                    .adds("the certificate ends in 2 days")
                    .concludes("Not well: listeners.");
        }
    }

    @Test
    void tlsSpokenToAPlainPortIsFound() {
        String string = stringOf("sb", relay.inPlain().uri());

        try (Examination doctor = examines(string)) {
            doctor.exitsWith(1)
                    .says("FAIL", "TLS", "the port speaks plain HTTP, and the connection string asks for TLS");
        }
    }

    @Test
    void plainHttpSpokenToAPortOfTlsIsFound() {
        String string = stringOf("http", relay.secureUri());

        try (Examination doctor = examines(string)) {
            doctor.exitsWith(1)
                    .says("FAIL", "TLS", "the port speaks TLS, and the connection string does not (http)")
                    .adds("write Endpoint=sb://localhost:");
        }
    }
}
