// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.cli.doctor.Authorities;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
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
        Path file = file();
        return file == null ? null : read(file, () -> trusting(file));
    }

    /**
     * {@return whom to trust, one after the other: the JVM's own first}
     *
     * @throws CommandFailure if the file cannot be used
     */
    List<Authorities> authorities() {
        List<Authorities> all = new ArrayList<>();
        try {
            all.add(new Authorities("the JVM's trust store", false, x509(managers(null))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        Path file = file();
        if (file != null) {
            all.add(read(
                    file, () -> new Authorities(file.toString(), true, x509(managers(store(certificates(file)))))));
        }
        return all;
    }

    private @Nullable Path file() {
        return authorities != null ? authorities : Files.isReadable(DEVELOPMENT) ? DEVELOPMENT : null;
    }

    /**
     * Makes something of a file.
     *
     * @param <T> what is made
     */
    private interface Made<T> {
        T make() throws IOException, GeneralSecurityException;
    }

    private static <T> T read(Path file, Made<T> made) {
        try {
            return made.make();
        } catch (IOException | CertificateException e) {
            throw CommandFailure.misused(
                    "--cacert: " + file + " (expected: a PEM file with certificates that you may read)");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
        List<Certificate> all = new ArrayList<>(certificates(file));
        all.addAll(List.of(x509(managers(null)).getAcceptedIssuers()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(store(all)), null);
        return context;
    }

    private static List<Certificate> certificates(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> found =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (found.isEmpty()) {
                throw new CertificateException("none");
            }
            return found;
        }
    }

    private static KeyStore store(List<Certificate> certificates) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("certificate-" + i, certificates.get(i));
        }
        return store;
    }

    private static X509TrustManager x509(TrustManager... managers) throws GeneralSecurityException {
        for (TrustManager manager : managers) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("there is no trust manager for X.509");
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
