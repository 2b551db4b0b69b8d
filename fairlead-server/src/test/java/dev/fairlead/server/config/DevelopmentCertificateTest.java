// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevelopmentCertificateTest {

    private static DevelopmentCertificate first;

    @TempDir
    Path data;

    private final List<String> warnings = new ArrayList<>();
    private DevelopmentCertificate certificate;

    /** Each takes some seconds, so that there is one for all who only look. */
    @BeforeAll
    static void makeFirst(@TempDir Path folder) {
        first = new DevelopmentCertificate(folder);
        first.make("relay.test", new ArrayList<>());
    }

    @BeforeEach
    void bringFirst() throws Exception {
        certificate = new DevelopmentCertificate(data);
        Files.copy(first.authority().getParent(), certificate.authority().getParent(), COPY_ATTRIBUTES);
        Files.copy(first.authority(), certificate.authority(), COPY_ATTRIBUTES);
        Files.copy(first.certificateChain(), certificate.certificateChain(), COPY_ATTRIBUTES);
        Files.copy(first.privateKey(), certificate.privateKey(), COPY_ATTRIBUTES);
    }

    private static List<X509Certificate> read(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        }
    }

    @Test
    void certificateIsMadeOnce() throws Exception {
        certificate.make("relay.test", warnings);

        assertThat(read(certificate.certificateChain())).isEqualTo(read(first.certificateChain()));
        assertThat(warnings).isEmpty();
    }

    @Test
    void filesAreTheirOwnersAlone() throws Exception {
        for (Path file : List.of(certificate.privateKey(), certificate.certificateChain(), certificate.authority())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("tls"))))
                .isEqualTo("rwx------");
    }

    @Test
    void keyOfTheAuthorityIsKeptNowhere() throws Exception {
        try (Stream<Path> files = Files.list(data.resolve("tls"))) {
            assertThat(files)
                    .containsExactlyInAnyOrder(
                            certificate.authority(), certificate.certificateChain(), certificate.privateKey());
        }
        assertThat(Files.readString(certificate.privateKey())).containsOnlyOnce("-----BEGIN PRIVATE KEY-----");
        assertThat(Files.readString(certificate.authority())).doesNotContain("PRIVATE KEY");
        assertThat(Files.readString(certificate.certificateChain())).doesNotContain("PRIVATE KEY");
    }

    @Test
    void whoeverTrustsTheAuthorityTakesTheCertificateWhichIsForItsNamesAndTheLoopback() throws Exception {
        X509Certificate[] shown = read(certificate.certificateChain()).toArray(X509Certificate[]::new);

        assertThatCode(() -> trust().checkServerTrusted(shown, "ECDHE_ECDSA")).doesNotThrowAnyException();
        assertThat(shown[0].getSubjectAlternativeNames())
                .extracting(name -> name.get(1).toString())
                .containsExactly("localhost", "relay.test", "127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    private X509TrustManager trust() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", read(certificate.authority()).getFirst());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    @Test
    void certificateLastsAsLongAsTheStrictestClientsTakeIt() throws Exception {
        X509Certificate shown = read(certificate.certificateChain()).getFirst();
        assertThat(Duration.between(
                        shown.getNotBefore().toInstant(), shown.getNotAfter().toInstant()))
                .isEqualTo(Duration.ofDays(825));
    }

    @Test
    void authorityMayNotNameOthers() throws Exception {
        assertThat(read(certificate.authority()).getFirst().getBasicConstraints())
                .isZero();
        assertThat(read(certificate.certificateChain()).getFirst().getBasicConstraints())
                .isEqualTo(-1);
    }

    @Test
    void anotherNamespaceHasANewOneMadeWithAWarning() throws Exception {
        certificate.make("other.test", warnings);

        assertThat(read(certificate.authority())).isNotEqualTo(read(first.authority()));
        assertThat(warnings)
                .containsExactly(certificate.certificateChain()
                        + ": is not for [localhost, other.test], so a new one was made; clients that trusted "
                        + certificate.authority() + " have to be told of the new one there");
    }

    @Test
    void oneThatIsNearItsEndIsMadeAnewWithAWarning() throws Exception {
        Instant end = Instant.now().plus(Duration.ofDays(29));
        X509Bundle old = new CertificateBuilder()
                .ecp256()
                .subject("CN=old")
                .addSanDnsName("localhost")
                .addSanDnsName("relay.test")
                .notAfter(end)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(certificate.certificateChain(), old.getCertificatePEM());

        certificate.make("relay.test", warnings);

        assertThat(read(certificate.certificateChain()).getFirst().getNotAfter().toInstant())
                .isAfter(end);
        assertThat(warnings).singleElement().asString().contains(": expires on ");
    }

    @Test
    void oneThatCannotBeReadIsMadeAnewWithAWarning() throws Exception {
        Files.writeString(certificate.certificateChain(), "hello");

        certificate.make("relay.test", warnings);

        assertThat(read(certificate.certificateChain())).hasSize(2);
        assertThat(warnings).singleElement().asString().contains(": cannot be read, so a new one was made");
    }

    @Test
    void oneOfWhichAFileIsMissingIsMadeAnew() throws Exception {
        Files.delete(certificate.privateKey());

        certificate.make("relay.test", warnings);

        assertThat(certificate.privateKey()).exists();
    }

    @Test
    void placeThatCannotBeWrittenToIsAProblemOfTheConfiguration() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "");

        assertThatThrownBy(() -> new DevelopmentCertificate(file).make("localhost", warnings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("it cannot be made")
                .hasMessageContaining("set dataDirectory");
    }
}
