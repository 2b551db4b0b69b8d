// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Section;
import java.nio.file.Path;

/**
 * Where a certificate and its key lie. Both are PEM, and are read again when they change.
 *
 * @param certificateChain the server's certificate first, then those that lead to its authority
 * @param privateKey of the first certificate: PKCS#8 without a password
 */
public record KeyFiles(Path certificateChain, Path privateKey) {

    /** Reads the two keys, and the files that they name. */
    static KeyFiles read(Section in) {
        KeyFiles files = new KeyFiles(
                in.required(
                        "certificateChain",
                        "PEM file with the certificate, and those that lead to its authority; re-read when it changes",
                        Kind.PATH),
                in.required("privateKey", "PEM file with its private key, in PKCS#8 without a password", Kind.PATH));
        if (in.isSound("certificateChain") && in.isSound("privateKey")) {
            try {
                files.check();
            } catch (UnusableCertificate unusable) {
                in.problem(
                        unusable.part() == UnusableCertificate.Part.KEY ? "privateKey" : "certificateChain",
                        unusable.why());
            }
        }
        return files;
    }

    /**
     * Sees that both can be read and belong together.
     *
     * @throws UnusableCertificate if not
     */
    public void check() throws UnusableCertificate {
        var _ = Identity.read(this);
    }
}
