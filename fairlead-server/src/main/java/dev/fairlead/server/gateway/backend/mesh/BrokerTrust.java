// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom a gateway trusts as its broker. */
final class BrokerTrust {

    private BrokerTrust() {}

    /**
     * {@return what a broker shows its certificate to}
     *
     * @param file PEM file of certificates that it may be signed by, and no others; null for what the JVM trusts
     * @throws IOException if the file is of no use; the message names it
     */
    static SSLContext read(@Nullable Path file) throws IOException, GeneralSecurityException {
        if (file == null) {
            return SSLContext.getDefault();
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (Certificate certificate : certificates(file)) {
            store.setCertificateEntry("certificate-" + store.size(), certificate);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        Collection<? extends Certificate> found;
        try (InputStream in = Files.newInputStream(file)) {
            found = CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (IOException | CertificateException e) {
            throw unusable(file, e);
        }
        if (found.isEmpty()) {
            throw unusable(file, null);
        }
        return found;
    }

    private static IOException unusable(Path file, @Nullable Exception cause) {
        return new IOException("trust: " + file + " (expected: a PEM file with certificates that may be read)", cause);
    }
}
