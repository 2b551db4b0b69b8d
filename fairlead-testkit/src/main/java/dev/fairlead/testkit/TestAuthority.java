// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A certificate authority of one test: issues certificates into a folder, and makes contexts that trust it. */
public final class TestAuthority {

    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final Duration LIFE = Duration.ofDays(90);

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
            // Two of one name would be taken for each other.
            authority = builder("authority of " + folder.getFileName())
                    .setIsCertificateAuthority(true)
                    .notAfter(Instant.now().plus(LIFE))
                    .buildSelfSigned();
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
     * Issues a certificate that is good for three months, or writes one anew in the place of the one of that name.
     *
     * @param name of the files
     * @param hosts names or addresses that it is for; none for a client
     */
    public Issued issues(String name, String... hosts) {
        return issues(name, Instant.now().plus(LIFE), hosts);
    }

    /** Issues a certificate that is good until then. */
    public Issued issues(String name, Instant expires, String... hosts) {
        CertificateBuilder builder = builder(hosts.length == 0 ? name : hosts[0])
                .notBefore(expires.minus(LIFE).minus(LIFE))
                .notAfter(expires)
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth();
        try {
            if (hosts.length > 0) {
                builder.addExtensionOctetString(ALTERNATIVE_NAMES, false, alternativeNames(hosts));
            }
            X509Bundle issued = builder.buildIssuedBy(authority);
            Issued files = new Issued(folder.resolve(name + ".pem"), folder.resolve(name + "-key.pem"));
            Files.writeString(files.certificateChain(), issued.getCertificatePEM() + authority.getCertificatePEM());
            Files.writeString(files.privateKey(), issued.getPrivateKeyPEM());
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the certificate cannot be issued", e);
        }
    }

    /** RFC 5280, section 4.2.1.6, written here since the builder takes no name with a star. */
    private static byte[] alternativeNames(String... hosts) throws IOException {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        for (String host : hosts) {
            boolean address = host.matches("[0-9.]+|.*:.*");
            byte[] name = address ? InetAddress.ofLiteral(host).getAddress() : host.getBytes(StandardCharsets.US_ASCII);
            names.write(address ? 0x87 : 0x82); // iPAddress, dNSName
            names.write(name.length);
            names.write(name);
        }
        if (names.size() > 127) {
            throw new IllegalArgumentException("hosts: " + List.of(hosts) + " (expected: fewer, of 127 bytes in all)");
        }
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.write(0x30);
        sequence.write(names.size());
        names.writeTo(sequence);
        return sequence.toByteArray();
    }

    /** {@return what trusts this authority, and nobody else} */
    public SSLContext trusting() {
        return trusting("TLSv1.3");
    }

    /**
     * {@return what trusts this authority, and nobody else}
     *
     * @param newest the newest version that it speaks, such as {@code TLSv1.2}
     */
    public SSLContext trusting(String newest) {
        try {
            SSLContext context = SSLContext.getInstance(newest);
            context.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the hash of the authority's public key, by which browsers are told of it: SHA-256, in base64} */
    public String pin() {
        try {
            byte[] key = authority.getCertificate().getPublicKey().getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
