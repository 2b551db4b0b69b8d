// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/** A certificate authority of one test: issues certificates into a folder, and makes contexts that trust it. */
public final class TestAuthority {

    private final Path folder;
    private final X509Bundle authority;

    /** What was issued, as PEM files. */
    public record Issued(Path certificateChain, Path privateKey) {}

    /**
     * Makes an authority.
     *
     * @param folder where what it issues is written
     */
    public TestAuthority(Path folder) {
        this.folder = folder;
        try {
            authority = builder("authority").setIsCertificateAuthority(true).buildSelfSigned();
            Files.writeString(certificate(), authority.getCertificatePEM());
        } catch (Exception e) {
            throw new IllegalStateException("the test's authority cannot be made", e);
        }
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder().ecp256().subject("CN=" + name);
    }

    /** {@return the authority's own certificate; PEM} */
    public Path certificate() {
        return folder.resolve("authority.pem");
    }

    /**
     * Issues a certificate that is good for an hour, or writes one anew in the place of the one of that name.
     *
     * @param name of the files
     * @param hosts names or addresses that it is for
     */
    public Issued issues(String name, String... hosts) {
        return issues(name, Instant.now().plusSeconds(3600), hosts);
    }

    /** Issues a certificate that is good until then. */
    public Issued issues(String name, Instant expires, String... hosts) {
        CertificateBuilder builder = builder(name)
                .notBefore(expires.minusSeconds(7200))
                .notAfter(expires)
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth();
        try {
            for (String host : hosts) {
                if (host.matches("[0-9.]+|.*:.*")) {
                    builder.addSanIpAddress(InetAddress.ofLiteral(host));
                } else {
                    builder.addSanDnsName(host);
                }
            }
            X509Bundle issued = builder.buildIssuedBy(authority);
            Issued files = new Issued(folder.resolve(name + ".pem"), folder.resolve(name + "-key.pem"));
            Files.writeString(files.certificateChain(), issued.getCertificatePathPEM());
            Files.writeString(files.privateKey(), issued.getPrivateKeyPEM());
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the certificate cannot be issued", e);
        }
    }

    /** {@return what trusts this authority, and nobody else} */
    public SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
