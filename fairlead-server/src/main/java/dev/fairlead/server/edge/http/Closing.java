// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How sockets end. */
public final class Closing {

    private Closing() {}

    /** Reads no request any more: whatever is behind the one that is answered, or still comes, is nobody's request. */
    static void hearNoMore(ChannelHandlerContext ctx) {
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

    /** Closes a channel, or the channel of a context: the one write whose failure nobody needs to hear of. */
    public static void close(ChannelOutboundInvoker channel) {
        var _ = channel.close();
    }
}
