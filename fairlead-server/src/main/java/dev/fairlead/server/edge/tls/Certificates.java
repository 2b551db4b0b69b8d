// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.connection.ConnectionObserver;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of one port, as they stand in its files. New connections see what was read last; {@link #look()} reads
 * again what has changed. Safe from any thread, but for {@code look} and {@code close}, which come one after the other.
 */
public final class Certificates implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Certificates.class);

    /**
     * Bytes of the first message of a handshake, where it is read for the host's name: it is kept until it is whole, whoever
     * sends it. What does the TLS takes no longer one either.
     */
    private static final int LONGEST_HELLO = 16 * 1024;

    /** How long before its end a certificate is warned of: most are renewed a month before. */
    private static final Duration ENDS_SOON = Duration.ofDays(14);

    private final TlsConfig config;
    private final String port;
    private final Duration handshakeTimeout;
    private final ConnectionObserver observer;
    private final InstantSource clock;

    private volatile Contexts contexts;
    private @Nullable Contexts old;

    private List<String> readState;
    private List<String> lastState;
    private @Nullable String trouble;
    private Duration warned = Duration.ofDays(Integer.MAX_VALUE);

    private Certificates(
            TlsConfig config, String port, Duration handshakeTimeout, ConnectionObserver observer, InstantSource clock)
            throws UnusableCertificate {
        this.config = config;
        this.port = port;
        this.handshakeTimeout = handshakeTimeout;
        this.observer = observer;
        this.clock = clock;
        this.readState = state();
        this.lastState = readState;
        this.contexts = Contexts.read(config);
        observer.certificatesRead(port, contexts.expires());
        warnOfTheEnd();
    }

    /**
     * Reads the files of a port.
     *
     * @param port names it in log and metrics
     * @param handshakeTimeout after which a connection whose handshake is not done is closed
     * @param clock tells when certificates expire
     * @throws UnusableCertificate if any file is of no use
     */
    public static Certificates read(
            TlsConfig config, String port, Duration handshakeTimeout, ConnectionObserver observer, InstantSource clock)
            throws UnusableCertificate {
        return new Certificates(config, port, handshakeTimeout, observer, clock);
    }

    /** {@return what does the TLS of one new connection; with several certificates it takes its place when it has chosen} */
    public ChannelHandler newHandler(ByteBufAllocator alloc) {
        if (config.identities().size() == 1) {
            return handler(contexts.forHost(null), alloc);
        }
        return new SniHandler(
                (host, chosen) -> chosen.setSuccess(contexts.forHost(host)),
                LONGEST_HELLO,
                handshakeTimeout.toMillis()) {
            @Override
            protected void replaceHandler(ChannelHandlerContext ctx, String hostname, SslContext context) {
                ctx.pipeline().replace(this, ctx.name(), handler(context, ctx.alloc()));
            }
        };
    }

    private SslHandler handler(SslContext context, ByteBufAllocator alloc) {
        SslHandler handler = context.newHandler(alloc);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    /**
     * Reads the files again if they changed and have been left alone since the last look, since a certificate and its key
     * are two files and change one after the other. What cannot be used is told once, and tried again at each look.
     */
    public void look() {
        releaseOld();
        List<String> state = state();
        boolean settled = state.equals(lastState);
        lastState = state;
        if (settled && (trouble != null || !state.equals(readState))) {
            readAgain(state);
        }
        warnOfTheEnd();
    }

    private void readAgain(List<String> state) {
        try {
            Contexts fresh = Contexts.read(config);
            old = contexts;
            contexts = fresh;
            readState = state;
            trouble = null;
            warned = Duration.ofDays(Integer.MAX_VALUE);
            observer.certificatesRead(port, fresh.expires());
            LOGGER.atInfo()
                    .addKeyValue("port", port)
                    .addKeyValue("expires", fresh.expires())
                    .log("certificates read anew");
        } catch (UnusableCertificate unusable) {
            if (!unusable.why().equals(trouble)) {
                trouble = unusable.why();
                observer.certificatesStale(port);
                LOGGER.atError()
                        .addKeyValue("port", port)
                        .log("changed certificates cannot be used, and the old ones stay: {}", unusable.why());
            }
        }
    }

    /** Whoever was about to use them when they were replaced has done so by the next look. */
    private void releaseOld() {
        if (old != null) {
            old.release();
            old = null;
        }
    }

    /** Gives back what was read; no connection may be begun after it. */
    @Override
    public void close() {
        releaseOld();
        contexts.release();
    }

    /** Once when the end is near, and once when it has come. */
    private void warnOfTheEnd() {
        Instant expires = contexts.expires();
        Duration left = Duration.between(clock.instant(), expires);
        if (left.isNegative() && !warned.isNegative()) {
            warned = left;
            LOGGER.atError()
                    .addKeyValue("port", port)
                    .addKeyValue("expires", expires)
                    .log("a certificate has expired, and clients turn away; renew it and replace the file");
        } else if (left.compareTo(ENDS_SOON) < 0 && warned.compareTo(ENDS_SOON) >= 0) {
            warned = left;
            LOGGER.atWarn()
                    .addKeyValue("port", port)
                    .addKeyValue("expires", expires)
                    .log("a certificate expires soon; renew it and replace the file");
        }
    }

    /** What shows that a file was changed or replaced, for each file; also behind a link, as orchestrators swap them. */
    private List<String> state() {
        List<Path> files = new ArrayList<>();
        config.identities().forEach(one -> files.addAll(List.of(one.certificateChain(), one.privateKey())));
        if (config.clientAuthorities() != null) {
            files.add(Objects.requireNonNull(config.clientAuthorities()));
        }
        return files.stream().map(Certificates::state).toList();
    }

    private static String state(Path file) {
        try {
            return file.toRealPath() + " " + Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return file + " is not there"; // reading it says so
        }
    }
}
