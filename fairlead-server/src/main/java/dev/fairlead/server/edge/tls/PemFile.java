// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.edge.tls.UnusableCertificate.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys as most tools write them (RFC 7468). */
final class PemFile {

    private static final long LARGEST = 1 << 20;

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END \\1-----", Pattern.DOTALL);

    private PemFile() {}

    static List<X509Certificate> certificates(Path file, Part part) throws UnusableCertificate {
        byte[] bytes = read(file, part);
        if (!new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
            throw new UnusableCertificate(
                    part, file + " holds no certificate (expected: PEM, with -----BEGIN CERTIFICATE-----)");
        }
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new UnusableCertificate(part, file + " holds a certificate that cannot be read; write the file anew");
        }
    }

    /**
     * Reads a private key.
     *
     * @param algorithm that of the public key which it belongs to
     */
    static PrivateKey key(Path file, String algorithm) throws UnusableCertificate {
        Matcher found = KEY.matcher(new String(read(file, Part.KEY), StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new UnusableCertificate(
                    Part.KEY, file + " holds no private key (expected: PEM, with -----BEGIN PRIVATE KEY-----)");
        }
        String kind = found.group(1);
        if (!kind.equals("PRIVATE KEY")) {
            throw new UnusableCertificate(
                    Part.KEY,
                    file + " holds a " + kind + " (expected: a PRIVATE KEY, which is PKCS#8 without a password); "
                            + "write it with `openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW`");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(found.group(2));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnusableCertificate(
                    Part.KEY, file + " holds no key that is " + algorithm + ", as its certificate's is");
        }
    }

    private static byte[] read(Path file, Part part) throws UnusableCertificate {
        try {
            if (Files.size(file) > LARGEST) {
                throw new UnusableCertificate(part, file + " is larger than any certificate (expected: a PEM file)");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new UnusableCertificate(part, file + " is not there (expected: a PEM file)");
        } catch (IOException e) {
            throw new UnusableCertificate(
                    part,
                    file + " cannot be read (" + e.getClass().getSimpleName() + "); let the server's user read it");
        }
    }
}
