// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 8: clients that show certificates, and those that should. */
@ExtendWith(RelayUnderTest.Extension.class)
class ClientCertificatesIT {

    @TempDir
    Path folder;

    private RelayUnderTest relay;
    private TestAuthority clients;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        clients = new TestAuthority(folder);
        relay = prepared.withTls("tls.clientAuthorities=" + clients.certificate())
                .overTls();
    }

    private ForeignProgram connects(String... options) {
        return OpenSsl.connects(relay, options);
    }

    private ForeignProgram connectsAs(TestAuthority.Issued client, String version, String... options) {
        String[] all = new String[options.length + 5];
        all[0] = version;
        all[1] = "-cert";
        all[2] = client.certificateChain().toString();
        all[3] = "-key";
        all[4] = client.privateKey().toString();
        System.arraycopy(options, 0, all, 5, options.length);
        return connects(all);
    }

    private static void asks(ForeignProgram client) {
        client.tells("GET /nowhere HTTP/1.1")
                .tells("Host: localhost")
                .tells("Connection: close")
                .tells("");
    }

    private static void isServed(ForeignProgram client) {
        asks(client);
        client.logs("HTTP/1.1 401 "); // behind whatever it prints of tickets
    }

    private static void isTurnedAway(ForeignProgram client) {
        assertThat(client.exits()).isNotZero();
        assertThat(client.wholeLog())
                .anyMatch(line -> line.contains("alert"))
                .noneMatch(line -> line.startsWith("HTTP/1.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void clientWithACertificateOfTheAuthorityIsServed(String version) {
        try (ForeignProgram client = connectsAs(clients.issues("client"), version, "-crlf")) {
            isServed(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void clientWithoutACertificateIsTurnedAway(String version) {
        try (ForeignProgram client = connects(version, "-crlf")) {
            isTurnedAway(client);
        }
        relay.untilMeter("fairlead_tls_handshakes_failed_total", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void clientWithACertificateOfSomebodyElseIsTurnedAway(String version) {
        TestAuthority.Issued strange = relay.authority().issues("stranger");
        try (ForeignProgram client = connectsAs(strange, version, "-crlf")) {
            isTurnedAway(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void clientMayComeWithoutACertificateWhereItIsOptional(String version) {
        relay.with("listen.1.tls.clientCertificates=optional");

        try (ForeignProgram client = connects(version, "-crlf")) {
            isServed(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void strangersCertificateIsNoneWhereItIsOptional(String version) {
        relay.with("listen.1.tls.clientCertificates=optional");
        TestAuthority.Issued strange = relay.authority().issues("stranger");

        try (ForeignProgram client = connectsAs(strange, version, "-crlf")) {
            isTurnedAway(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void sessionThatWasBegunWithACertificateIsResumed(String version) {
        Path session = folder.resolve("session.pem");
        begins(connectsAs(clients.issues("client"), version, "-crlf", "-sess_out", session.toString()), session);

        try (ForeignProgram client = connects(version, "-crlf", "-sess_in", session.toString())) {
            client.prints("Reused, TLSv1");
            isServed(client);
        }
    }

    /** The same certificate on two ports, one of which asks its clients for theirs. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void sessionThatWasBegunElsewhereWithoutACertificateOpensNothing(String version) {
        TestAuthority.Issued shared = relay.renewsCertificate("localhost");
        relay.with(
                "listen.2.address=localhost:0",
                "listen.2.tls.certificateChain=" + shared.certificateChain(),
                "listen.2.tls.privateKey=" + shared.privateKey());
        int open = relay.server().relayAddresses().get(2).getPort();
        Path session = folder.resolve("session.pem");
        begins(OpenSsl.connects(relay, open, version, "-crlf", "-sess_out", session.toString()), session);

        try (ForeignProgram client = connects(version, "-crlf", "-sess_in", session.toString())) {
            isTurnedAway(client);
        }
    }

    /** What lets the session be resumed may come with the first answer. */
    private static void begins(ForeignProgram first, Path session) {
        try (first) {
            first.prints("New, TLSv1");
            isServed(first);
            first.exits();
        }
        assertThat(Files.exists(session)).isTrue();
    }
}
