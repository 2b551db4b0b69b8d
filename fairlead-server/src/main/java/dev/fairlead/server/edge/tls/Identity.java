// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.edge.tls.UnusableCertificate.Part;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What a port shows and proves.
 *
 * @param chain the server's certificate first
 * @param key the private key of the first
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {

    private static final int DNS_NAME = 2;

    /**
     * Reads both files, and sees that they belong together. An expired certificate is not refused: the operator may have no
     * other, and whoever connects decides.
     */
    static Identity read(KeyFiles files) throws UnusableCertificate {
        List<X509Certificate> chain = PemFile.certificates(files.certificateChain(), Part.CHAIN);
        PublicKey shown = chain.getFirst().getPublicKey();
        PrivateKey key = PemFile.key(files.privateKey(), shown.getAlgorithm());
        if (!belongTogether(key, shown)) {
            throw new UnusableCertificate(
                    Part.KEY,
                    files.privateKey() + " is not the key of the first certificate in " + files.certificateChain()
                            + " (expected: the key that it was asked for with)");
        }
        return new Identity(chain, key);
    }

    private static boolean belongTogether(PrivateKey key, PublicKey shown) {
        String algorithm =
                switch (shown.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> shown.getAlgorithm();
                };
        byte[] probe = {1, 2, 3};
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            byte[] signature = signing.sign();
            signing.initVerify(shown);
            signing.update(probe);
            return signing.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** {@return when the first certificate of the chain to expire does} */
    Instant expires() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** {@return the host names of the certificate, in lower case; one may begin with {@code *.}} */
    List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = chain.getFirst().getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.getFirst().equals(DNS_NAME)) {
                        names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (GeneralSecurityException e) {
            return List.of(); // a certificate whose names cannot be read stands for none
        }
        return names;
    }

    /** {@return whether the certificate is for {@code host} (RFC 6125, section 6.4: a star stands for one label)} */
    boolean isFor(String host) {
        String asked = host.toLowerCase(Locale.ROOT);
        int dot = asked.indexOf('.');
        String starred = dot < 0 ? asked : "*" + asked.substring(dot);
        return names().stream().anyMatch(name -> name.equals(asked) || name.equals(starred));
    }
}
