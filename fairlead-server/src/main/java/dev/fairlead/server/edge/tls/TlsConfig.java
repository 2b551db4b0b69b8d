// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.edge.tls.UnusableCertificate.Part;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a port speaks TLS.
 *
 * @param identities at least one; the first is for clients that name no host, or one that no certificate is for
 * @param clientAuthorities PEM file with the authorities of clients' certificates; null: clients are asked for none
 * @param clientCertificateRequired whether a client without a certificate is turned away; without effect if
 *     {@code clientAuthorities} is null
 */
public record TlsConfig(
        List<KeyFiles> identities, @Nullable Path clientAuthorities, boolean clientCertificateRequired) {

    /** Takes a copy of the list. */
    public TlsConfig {
        identities = List.copyOf(identities);
    }

    /** {@return what shows one certificate to everybody, and asks for none} */
    public static TlsConfig of(Path certificateChain, Path privateKey) {
        return new TlsConfig(List.of(new KeyFiles(certificateChain, privateKey)), null, true);
    }

    /** Reads the section, and the files that it names: a start with a bad one is refused. */
    public static TlsConfig read(Section in) {
        List<KeyFiles> identities = new ArrayList<>();
        identities.add(KeyFiles.read(in));
        identities.addAll(in.sections(
                "additionalCertificates",
                "certificates for clients that name one of their hosts (SNI); others see the one above",
                List.of(),
                KeyFiles::read));
        Path authorities = in.optional(
                "clientAuthorities",
                "PEM file with the authorities of client certificates; re-read when it changes",
                Kind.PATH,
                "clients are asked for no certificate");
        boolean required = in.value(
                "clientCertificates",
                "whether a client may come without one, where clientAuthorities is set",
                Kind.either("optional", "required"),
                true);
        if (authorities != null && in.isSound("clientAuthorities")) {
            try {
                var _ = PemFile.certificates(authorities, Part.AUTHORITIES);
            } catch (UnusableCertificate unusable) {
                in.problem("clientAuthorities", unusable.why());
            }
        }
        return new TlsConfig(identities, authorities, required);
    }
}
