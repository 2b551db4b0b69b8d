// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How sockets end. */
public final class Closing {

    /** A peer that is still sending would lose the answer to a reset if the socket were closed under it. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private Closing() {}

    /** Reads no request any more: whatever is behind the one that is answered, or still comes, is nobody's request. */
    public static void hearNoMore(ChannelHandlerContext ctx) {
        if (ctx.pipeline().get(HttpRequestDecoder.class) != null) {
            ctx.pipeline().remove(HttpRequestDecoder.class);
        }
    }

    /** Closes a channel after that long, unless it is closed by then: some peers never read their last words. */
    public static void within(ChannelHandlerContext ctx, Duration patience) {
        if (ctx.channel().isActive()) {
            var timer = ctx.executor().schedule(() -> close(ctx), patience.toNanos(), TimeUnit.NANOSECONDS);
            ctx.channel().closeFuture().addListener(closed -> timer.cancel(false));
        }
    }

    /** Ends our half of a connection whose last answer is written, and closes it a moment later: its peer may still send. */
    public static void linger(ChannelHandlerContext ctx) {
        if (!(ctx.channel() instanceof SocketChannel socket) || !socket.isActive()) {
            close(ctx);
            return;
        }
        socket.config().setAutoRead(true);
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutOutput(ctx, socket);
        } else {
            // What ends without its last record looks cut short.
            tls.closeOutbound().addListener(said -> shutOutput(ctx, socket));
        }
    }

    private static void shutOutput(ChannelHandlerContext ctx, SocketChannel socket) {
        socket.shutdownOutput().addListener(shut -> {
            within(ctx, LINGER);
        });
    }

    /** Closes a channel, or the channel of a context: the one write whose failure nobody needs to hear of. */
    public static void close(ChannelOutboundInvoker channel) {
        var _ = channel.close();
    }
}
