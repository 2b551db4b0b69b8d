// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Certificates of one authority, written as operators have them. */
public final class IssuedFiles {

    /** When they begin to be good. */
    public static final Instant BEGIN = Instant.parse("2026-10-01T00:00:00Z");

    /** When they end, unless told. */
    public static final Instant END = BEGIN.plus(Duration.ofDays(120));

    private final Path folder;
    private final X509Bundle authority;

    /** Makes an authority. */
    public IssuedFiles(Path folder) throws Exception {
        this.folder = folder;
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=authority")
                .notBefore(BEGIN)
                .notAfter(END.plusSeconds(1))
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(authority(), authority.getCertificatePEM());
    }

    /** {@return the authority's own certificate} */
    public Path authority() {
        return folder.resolve("authority.pem");
    }

    /** {@return the authority with its key, for contexts of clients} */
    public X509Bundle bundle() {
        return authority;
    }

    /** {@return a pair of ECDSA; both files are written} */
    public KeyFiles ecdsa(String name, String... hosts) throws Exception {
        return write(name, builder(END, hosts).ecp256());
    }

    /** {@return a pair of RSA; both files are written} */
    public KeyFiles rsa(String name, String... hosts) throws Exception {
        return write(name, builder(END, hosts).rsa2048());
    }

    /** {@return a pair of ECDSA that is good until then; both files are written} */
    public KeyFiles until(Instant end, String name, String... hosts) throws Exception {
        return write(name, builder(end, hosts).ecp256());
    }

    private static CertificateBuilder builder(Instant end, String... hosts) {
        CertificateBuilder builder =
                new CertificateBuilder().subject("CN=server").notBefore(BEGIN).notAfter(end);
        for (String host : hosts) {
            builder.addSanDnsName(host);
        }
        return builder;
    }

    private KeyFiles write(String name, CertificateBuilder builder) throws Exception {
        X509Bundle issued = builder.buildIssuedBy(authority);
        KeyFiles files = new KeyFiles(folder.resolve(name + ".pem"), folder.resolve(name + "-key.pem"));
        Files.writeString(files.certificateChain(), issued.getCertificatePEM());
        Files.writeString(files.privateKey(), issued.getPrivateKeyPEM());
        return files;
    }
}
