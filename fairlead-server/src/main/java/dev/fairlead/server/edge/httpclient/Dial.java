// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import dev.fairlead.server.connection.PeerText;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.settings.Durations;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection: looks the name up, tries one address after the other, shakes hands. Each address is given its share
 * of what is left of the time. Confined to the pool's loop.
 */
final class Dial {

    /** Most answers fit; buffers grow with longer ones, and shrink again. */
    private static final int READ_BYTES = 2048;

    private static final int MOST_READ_BYTES = 64 * 1024;

    /** A fast server's turn ends after so many reads: others have something to say, too. */
    private static final int READS_AT_ONCE = 4;

    /** What ends a TLS connection may be stuck behind what the server does not read. */
    private static final Duration LAST_RECORD = Duration.ofSeconds(1);

    /**
     * Whom all lines of a caller are opened to. Safe from any thread.
     *
     * @param host without brackets, as a certificate names it
     * @param tls null for a plain server
     * @param timeout for the whole of it, TLS included
     */
    record Server(
            String host,
            int port,
            Addresses addresses,
            @Nullable SslContext tls,
            Duration timeout,
            ChannelFactory<? extends Channel> sockets) {

        /** {@return what the server is called in evidence} */
        String name() {
            return host + ":" + port;
        }
    }

    private static final String DIALLING = "dialling";
    private static final String LINE = "line";

    /** Stands last until the line does: whoever dials hears of faults already, and nobody was asked anything. */
    @ChannelHandler.Sharable
    private static final class Dialling extends ChannelInboundHandlerAdapter {

        private static final Dialling INSTANCE = new Dialling();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            Closing.close(ctx);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            Closing.close(ctx);
        }
    }

    private final LoopPool pool;
    private final EventLoop loop;
    private final Server server;
    private final long deadlineNanos;

    private @Nullable Line line;
    private @Nullable Future<?> timer;
    private @Nullable Channel channel;
    private List<InetAddress> addresses = List.of();
    private int tried;
    private String evidence = "";

    /** Does nothing yet. */
    Dial(LoopPool pool, EventLoop loop, Server server) {
        this.pool = pool;
        this.loop = loop;
        this.server = server;
        this.deadlineNanos = System.nanoTime() + server.timeout().toNanos();
    }

    /** Dials for that line, which is told how it ends, but never within this call. */
    void begin(Line forLine) {
        line = forLine;
        evidence = server.name() + ": the name is not looked up";
        timer = loop.schedule(this::late, server.timeout().toNanos(), TimeUnit.NANOSECONDS);
        var _ = server.addresses()
                .find()
                .whenComplete((found, unknown) -> pool.later(() -> {
                    if (unknown != null) {
                        fail(server.name() + ": the name cannot be looked up (" + words(unknown) + ")");
                    } else {
                        addresses = found;
                        tryNext();
                    }
                }));
    }

    private void tryNext() {
        if (line == null) {
            return;
        }
        if (tried == addresses.size()) {
            fail(evidence);
            return;
        }
        long left = deadlineNanos - System.nanoTime();
        long share = Math.max(1, TimeUnit.NANOSECONDS.toMillis(left / (addresses.size() - tried)));
        InetSocketAddress address = new InetSocketAddress(addresses.get(tried++), server.port());
        evidence = server.name() + ": " + NetUtil.toSocketAddressString(address) + " does not answer";
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channelFactory(server.sockets())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(share, Integer.MAX_VALUE))
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(READ_BYTES, READ_BYTES, MOST_READ_BYTES)
                                .maxMessagesPerRead(READS_AT_ONCE))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        if (server.tls() != null) {
                            fresh.pipeline().addLast(handshake(server.tls(), fresh, share));
                        }
                        fresh.pipeline().addLast(DIALLING, Dialling.INSTANCE); // becomes the line
                    }
                })
                .connect(address);
        channel = connecting.channel();
        connecting.addListener(done -> pool.run(() -> connected(connecting, address)));
    }

    private SslHandler handshake(SslContext tls, Channel fresh, long millis) {
        SslHandler handler = tls.newHandler(fresh.alloc(), server.host(), server.port());
        handler.setHandshakeTimeoutMillis(millis);
        handler.setCloseNotifyFlushTimeoutMillis(LAST_RECORD.toMillis());
        return handler;
    }

    private void connected(ChannelFuture connecting, InetSocketAddress address) {
        if (!connecting.isSuccess()) {
            failed(connecting.channel(), address, connecting.cause());
            return;
        }
        SslHandler handshake = connecting.channel().pipeline().get(SslHandler.class);
        if (handshake == null) {
            succeed(connecting.channel());
            return;
        }
        evidence = server.name() + ": " + NetUtil.toSocketAddressString(address) + " does not end the TLS handshake";
        handshake.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                succeed(connecting.channel());
            } else {
                failed(connecting.channel(), address, done.cause());
            }
        });
    }

    private void failed(Channel of, InetSocketAddress address, Throwable cause) {
        if (of.isRegistered()) {
            Closing.close(of);
        }
        if (line != null) {
            evidence = server.name() + ": no connection to " + NetUtil.toSocketAddressString(address) + " ("
                    + words(cause) + ")";
            pool.later(this::tryNext);
        }
    }

    private void succeed(Channel opened) {
        Line mine = line;
        if (mine == null) {
            Closing.close(opened);
            return;
        }
        end();
        opened.pipeline().replace(DIALLING, LINE, mine);
        mine.opened(opened);
    }

    private void late() {
        fail(evidence + " within " + Durations.print(server.timeout()));
    }

    private void fail(String why) {
        Line mine = line;
        if (mine == null) {
            return;
        }
        end();
        server.addresses().forget();
        closeThen(() -> mine.unreached(why));
    }

    /** Opens nothing any more. The line is told nothing; the task runs when no socket is left. */
    void giveUp(Runnable gone) {
        end();
        closeThen(gone);
    }

    private void closeThen(Runnable gone) {
        if (channel == null || !channel.isRegistered()) {
            gone.run();
        } else {
            Closing.close(channel);
            channel.closeFuture().addListener(closed -> gone.run());
        }
    }

    private void end() {
        line = null;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** {@return what a fault of the network or of TLS says of itself, fit for a log} */
    static String words(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && !root.getCause().equals(root)) {
            root = root.getCause();
        }
        return switch (root) {
            // It repeats what came to the last byte.
            case NotSslRecordException _ -> "what came is not TLS";
            case ClosedChannelException _ -> "the connection was closed";
            default -> {
                String message = root.getMessage();
                yield PeerText.forLog(message == null ? root.getClass().getSimpleName() : message);
            }
        };
    }
}
