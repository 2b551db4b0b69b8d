// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.edge.tls.UnusableCertificate.Part;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What speaks TLS to servers that are called: 1.2 and 1.3, and the certificate must be for the name that was dialled. */
public final class CallingContext {

    private CallingContext() {}

    /**
     * {@return a context, which may hold memory beside the heap; the caller's to release}
     *
     * @param trust PEM file of certificates that servers may be signed by, read now; null for the JVM's own
     * @throws UnusableCertificate if the file is of no use
     */
    public static SslContext read(@Nullable Path trust) throws UnusableCertificate {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(Contexts.PROVIDER)
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm("HTTPS");
        if (trust != null) {
            builder.trustManager(PemFile.certificates(trust, Part.AUTHORITIES));
        }
        try {
            return builder.build();
        } catch (SSLException | RuntimeException e) {
            throw new UnusableCertificate(
                    Part.AUTHORITIES,
                    (trust == null ? "the JVM's own trust store" : trust.toString())
                            + " cannot be used to trust servers; write the file anew");
        }
    }
}
