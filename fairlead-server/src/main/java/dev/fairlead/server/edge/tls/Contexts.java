// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.edge.tls.UnusableCertificate.Part;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * All that was read of one port's files, at one time.
 *
 * @param identities one for each certificate, in the order of the configuration
 */
record Contexts(List<One> identities) {

    /** One certificate, ready for handshakes. */
    record One(Identity identity, SslContext context) {}

    /** Reads all files of a port; the first that cannot be used ends it. */
    static Contexts read(TlsConfig config) throws UnusableCertificate {
        List<X509Certificate> authorities = config.clientAuthorities() == null
                ? List.of()
                : PemFile.certificates(config.clientAuthorities(), Part.AUTHORITIES);
        List<One> all = new ArrayList<>();
        for (KeyFiles files : config.identities()) {
            Identity identity = Identity.read(files);
            all.add(new One(identity, context(identity, authorities, config.clientCertificateRequired())));
        }
        return new Contexts(List.copyOf(all));
    }

    private static SslContext context(Identity identity, List<X509Certificate> authorities, boolean required)
            throws UnusableCertificate {
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2");
        if (!authorities.isEmpty()) {
            builder.trustManager(authorities).clientAuth(required ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new UnusableCertificate(
                    Part.CHAIN, "the JDK cannot use the certificate with its key; use one of RSA or ECDSA");
        }
    }

    /**
     * {@return the context for a client}
     *
     * @param host the name that it says it dialled; null if it says none
     */
    SslContext forHost(@Nullable String host) {
        if (host != null) {
            for (One one : identities) {
                if (one.identity().isFor(host)) {
                    return one.context();
                }
            }
        }
        return identities.getFirst().context();
    }

    /** {@return when the first certificate to expire does} */
    Instant expires() {
        return identities.stream()
                .map(one -> one.identity().expires())
                .min(Instant::compareTo)
                .orElseThrow();
    }
}
