// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.connection.ConnectionObserver;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change while the server runs. */
class CertificatesTest {

    private static final String PORT = "localhost:9443";

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private final List<Object> engines = new ArrayList<>();
    private final List<Certificates> opened = new ArrayList<>();
    private final WarningsHeard warnings = new WarningsHeard();
    private Instant now = IssuedFiles.BEGIN.plusSeconds(1);
    private IssuedFiles issued;
    private KeyFiles files;

    private final ConnectionObserver observer = new ConnectionObserver() {
        @Override
        public void certificatesRead(String port, Instant expires) {
            told.add("read " + port + " " + expires);
        }

        @Override
        public void certificatesStale(String port) {
            told.add("stale " + port);
        }
    };

    @BeforeEach
    void makeFiles() throws Exception {
        issued = new IssuedFiles(folder);
        files = issued.ecdsa("server", "old.test");
    }

    @AfterEach
    void closeAll() {
        warnings.close();
        engines.forEach(ReferenceCountUtil::release);
        opened.forEach(Certificates::close);
    }

    private Certificates read() throws UnusableCertificate {
        return read(TlsConfig.of(files.certificateChain(), files.privateKey()));
    }

    private Certificates read(TlsConfig config) throws UnusableCertificate {
        Certificates certificates = Certificates.read(config, PORT, Duration.ofSeconds(10), observer, () -> now);
        opened.add(certificates);
        return certificates;
    }

    private static String shown(Certificates certificates) throws Exception {
        SslHandler handler = (SslHandler) certificates.newHandler(UnpooledByteBufAllocator.DEFAULT);
        return ServerShown.by(handler);
    }

    private void replace(KeyFiles fresh) throws Exception {
        replaceChain(fresh);
        replaceKey(fresh);
    }

    private void replaceChain(KeyFiles fresh) throws Exception {
        Files.move(fresh.certificateChain(), files.certificateChain(), StandardCopyOption.REPLACE_EXISTING);
    }

    private void replaceKey(KeyFiles fresh) throws Exception {
        Files.move(fresh.privateKey(), files.privateKey(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void filesThatAreAsTheyWereAreNotReadAgain() throws Exception {
        Certificates certificates = read();

        certificates.look();
        certificates.look();

        assertThat(told).containsExactly("read " + PORT + " " + IssuedFiles.END);
        assertThat(warnings.heard()).isEmpty();
    }

    @Test
    void startWithFilesOfNoUseIsRefused() throws Exception {
        Files.delete(files.privateKey());

        assertThatThrownBy(this::read).isInstanceOf(UnusableCertificate.class).hasMessageContaining("is not there");
        assertThat(told).isEmpty();
    }

    @Test
    void changedFilesAreReadWhenTheyHaveBeenLeftAlone() throws Exception {
        Certificates certificates = read();
        replace(issued.until(IssuedFiles.END.minusSeconds(60), "fresh", "new.test"));

        certificates.look();
        assertThat(shown(certificates)).isEqualTo("old.test");
        certificates.look();

        assertThat(shown(certificates)).isEqualTo("new.test");
        assertThat(told)
                .containsExactly(
                        "read " + PORT + " " + IssuedFiles.END,
                        "read " + PORT + " " + IssuedFiles.END.minusSeconds(60));
    }

    @Test
    void certificateWhoseKeyIsStillToComeIsWaitedForWithoutAlarm() throws Exception {
        Certificates certificates = read();
        KeyFiles fresh = issued.ecdsa("fresh", "new.test");
        replaceChain(fresh);
        certificates.look();
        assertThat(shown(certificates)).isEqualTo("old.test");

        replaceKey(fresh);
        certificates.look();
        assertThat(shown(certificates)).isEqualTo("old.test");
        certificates.look();

        assertThat(shown(certificates)).isEqualTo("new.test");
        assertThat(told).doesNotContain("stale " + PORT);
        assertThat(warnings.heard()).isEmpty();
    }

    @Test
    void badFileKeepsTheOldCertificateIsToldOnceAndIsRecoveredFrom() throws Exception {
        Certificates certificates = read();
        Files.writeString(files.certificateChain(), "hello");

        for (int i = 0; i < 5; i++) {
            certificates.look();
        }

        assertThat(shown(certificates)).isEqualTo("old.test");
        assertThat(told).containsExactly("read " + PORT + " " + IssuedFiles.END, "stale " + PORT);
        assertThat(warnings.heard())
                .singleElement()
                .asString()
                .startsWith("ERROR changed certificates cannot be used, and the old ones stay: ")
                .contains("holds no certificate");

        replace(issued.ecdsa("fresh", "new.test"));
        certificates.look();
        certificates.look();

        assertThat(shown(certificates)).isEqualTo("new.test");
        assertThat(told).last().isEqualTo("read " + PORT + " " + IssuedFiles.END);
    }

    @Test
    void oldFileThatIsPutBackEndsTheTrouble() throws Exception {
        Certificates certificates = read();
        Path aside = folder.resolve("aside.pem");
        Files.move(files.certificateChain(), aside);
        certificates.look();
        certificates.look();
        assertThat(told).last().isEqualTo("stale " + PORT);

        Files.move(aside, files.certificateChain());
        certificates.look();
        certificates.look();

        assertThat(told).last().isEqualTo("read " + PORT + " " + IssuedFiles.END);
    }

    @Test
    void anotherTroubleIsToldAnew() throws Exception {
        Certificates certificates = read();
        Files.writeString(files.certificateChain(), "hello");
        certificates.look();
        certificates.look();

        Files.delete(files.certificateChain());
        certificates.look();
        certificates.look();

        assertThat(warnings.heard()).hasSize(2).last().asString().contains("is not there");
    }

    @Test
    void changedAuthoritiesOfClientsAreReadAsWell() throws Exception {
        Path authorities = Files.copy(issued.authority(), folder.resolve("clients.pem"));
        Certificates certificates = read(new TlsConfig(List.of(files), authorities, true));

        Files.writeString(authorities, Files.readString(authorities) + "\n");
        certificates.look();
        certificates.look();
        assertThat(told).hasSize(2);

        Files.writeString(authorities, "hello");
        certificates.look();
        certificates.look();
        assertThat(told).last().isEqualTo("stale " + PORT);
    }

    @Test
    void fileBehindALinkThatIsTurnedIsReadAgain() throws Exception {
        KeyFiles one = issued.ecdsa("one", "one.test");
        KeyFiles two = issued.ecdsa("two", "two.test");
        Path chain = folder.resolve("link.pem");
        Path key = folder.resolve("link-key.pem");
        Files.createSymbolicLink(chain, one.certificateChain());
        Files.createSymbolicLink(key, one.privateKey());
        Certificates certificates = read(TlsConfig.of(chain, key));
        assertThat(shown(certificates)).isEqualTo("one.test");

        Files.delete(chain);
        Files.delete(key);
        Files.createSymbolicLink(chain, two.certificateChain());
        Files.createSymbolicLink(key, two.privateKey());
        certificates.look();
        certificates.look();

        assertThat(shown(certificates)).isEqualTo("two.test");
    }

    @Test
    void endOfACertificateIsWarnedOfOnceWhenItIsNearAndOnceWhenItHasCome() throws Exception {
        now = IssuedFiles.END.minus(Duration.ofDays(14));
        Certificates certificates = read();
        certificates.look();
        assertThat(warnings.heard()).isEmpty();

        now = now.plusSeconds(1);
        certificates.look();
        certificates.look();
        assertThat(warnings.heard()).containsExactly("WARN a certificate expires soon; renew it and replace the file");

        now = IssuedFiles.END.plusSeconds(1);
        certificates.look();
        certificates.look();
        assertThat(warnings.heard())
                .hasSize(2)
                .last()
                .isEqualTo("ERROR a certificate has expired, and clients turn away; renew it and replace the file");
    }

    @Test
    void certificateThatHasEndedBeforeTheStartIsWarnedOfAtTheStart() throws Exception {
        now = IssuedFiles.END.plusSeconds(1);

        read();

        assertThat(warnings.heard()).singleElement().asString().startsWith("ERROR a certificate has expired");
    }

    @Test
    void renewedCertificateIsWarnedOfWhenItsOwnEndComes() throws Exception {
        now = IssuedFiles.END.minusSeconds(60);
        Certificates certificates = read();
        replace(issued.until(IssuedFiles.END.plus(Duration.ofDays(30)), "fresh", "new.test"));
        certificates.look();
        certificates.look();
        assertThat(warnings.heard()).hasSize(1);

        now = now.plus(Duration.ofDays(20));
        certificates.look();

        assertThat(warnings.heard()).hasSize(2);
    }

    @Test
    void nameDecidesOnlyWhereThereAreSeveralCertificates() throws Exception {
        KeyFiles second = issued.ecdsa("second", "second.test");
        Certificates two = read(new TlsConfig(List.of(files, second), null, true));

        assertThat(two.newHandler(UnpooledByteBufAllocator.DEFAULT)).isInstanceOf(SniHandler.class);
        assertThat(handler(read())).isInstanceOf(SslHandler.class);
    }

    @Test
    void onlyTheTwoVersionsOfTodayAreSpoken() throws Exception {
        SslHandler handler = handler(read());

        assertThat(handler.engine().getEnabledProtocols())
                .contains("TLSv1.2", "TLSv1.3")
                .doesNotContain("TLSv1.1", "TLSv1", "SSLv3");
        assertThat(handler.getHandshakeTimeoutMillis()).isEqualTo(10_000);
    }

    @Test
    void clientsAreAskedForCertificatesAsConfigured() throws Exception {
        SslHandler demanding = handler(read(new TlsConfig(List.of(files), issued.authority(), true)));
        SslHandler asking = handler(read(new TlsConfig(List.of(files), issued.authority(), false)));

        assertThat(demanding.engine().getNeedClientAuth()).isTrue();
        assertThat(asking.engine().getNeedClientAuth()).isFalse();
        assertThat(asking.engine().getWantClientAuth()).isTrue();
    }

    /** {@return one whose engine is given back after the test} */
    private SslHandler handler(Certificates certificates) {
        SslHandler handler = (SslHandler) certificates.newHandler(UnpooledByteBufAllocator.DEFAULT);
        engines.add(handler.engine());
        return handler;
    }
}
