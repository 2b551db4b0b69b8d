// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose certificates a command takes: those that the JVM trusts, and one authority more. */
final class Trust {

    /** Where a server that was started here without a configuration file keeps its own. */
    private static final Path DEVELOPMENT = Path.of("data", "tls", "ca.pem");

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description =
                    "Trust the certificate authorities in this PEM file, too. Without it, the development CA under "
                            + "./data is trusted if it is there.")
    private @Nullable Path authorities;

    /**
     * {@return what to trust; null for nothing beside what the JVM does}
     *
     * @throws CommandFailure if the file cannot be used
     */
    @Nullable
    SSLContext context() {
        Path file = authorities;
        if (file == null) {
            if (!Files.isReadable(DEVELOPMENT)) {
                return null;
            }
            file = DEVELOPMENT;
        }
        try {
            return trusting(file);
        } catch (IOException | CertificateException e) {
            throw CommandFailure.misused(
                    "--cacert: " + file + " (expected: a PEM file with certificates that you may read)");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> more;
        try (InputStream in = Files.newInputStream(file)) {
            more = CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
        if (more.isEmpty()) {
            throw new CertificateException("none");
        }
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        int number = 0;
        for (TrustManager known : managers(null)) {
            if (known instanceof X509TrustManager x509) {
                for (X509Certificate accepted : x509.getAcceptedIssuers()) {
                    all.setCertificateEntry("known-" + number++, accepted);
                }
            }
        }
        for (Certificate one : more) {
            all.setCertificateEntry("more-" + number++, one);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(all), null);
        return context;
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
