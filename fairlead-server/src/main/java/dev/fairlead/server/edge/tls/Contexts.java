// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.edge.tls.UnusableCertificate.Part;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * All that was read of one port's files, at one time. Holds memory beside the heap until it is {@linkplain #release()
 * released}; what was made from it before lives on.
 *
 * @param identities one for each certificate, in the order of the configuration
 */
record Contexts(List<One> identities) {

    /**
     * BoringSSL where it runs: for each byte it costs half of what the JDK's provider does, and for each handshake a third
     * (docs/performance.md).
     */
    static final SslProvider PROVIDER = OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;

    /** One certificate, ready for handshakes. */
    record One(Identity identity, SslContext context) {}

    /** Reads all files of a port; the first that cannot be used ends it. */
    static Contexts read(TlsConfig config) throws UnusableCertificate {
        List<X509Certificate> authorities = config.clientAuthorities() == null
                ? List.of()
                : PemFile.certificates(config.clientAuthorities(), Part.AUTHORITIES);
        List<Identity> identities = new ArrayList<>();
        for (KeyFiles files : config.identities()) {
            identities.add(Identity.read(files));
        }
        List<One> all = new ArrayList<>();
        try {
            for (Identity identity : identities) {
                all.add(new One(identity, context(identity, authorities, config.clientCertificateRequired())));
            }
        } catch (SSLException | RuntimeException e) {
            new Contexts(all).release();
            throw new UnusableCertificate(
                    Part.CHAIN, "the certificate cannot be used with its key for TLS; use one of RSA or ECDSA");
        }
        return new Contexts(List.copyOf(all));
    }

    private static SslContext context(Identity identity, List<X509Certificate> authorities, boolean required)
            throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(PROVIDER)
                .protocols("TLSv1.3", "TLSv1.2");
        if (!authorities.isEmpty()) {
            builder.trustManager(authorities).clientAuth(required ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        return builder.build();
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

    /** Gives the memory back as soon as no connection uses it; once. */
    void release() {
        identities.forEach(one -> ReferenceCountUtil.release(one.context()));
    }
}
