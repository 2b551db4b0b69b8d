// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.settings.Durations;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a peer that has not sent a whole request in time, and leaves the pipeline when it has. Where a connection carries
 * one request after the other, it stays: then the head alone counts, and that of a further request from its first byte on.
 * How long the answer may take is not its matter. It answers nothing itself: the refusal goes to the pipeline's last handler.
 */
public final class RequestDeadline extends ChannelInboundHandlerAdapter {

    private final Duration limit;
    private boolean headAlone;
    private @Nullable Future<?> timer;

    /** Gives the peer that long from the moment that this is added. */
    public RequestDeadline(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        begin(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == RequestDecoder.Progress.HEAD_BEGUN) {
            begin(ctx);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
            headAlone = false;
        }
        if (message instanceof LastHttpContent && !headAlone) {
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(message);
        if (message instanceof HttpRequest && !headAlone && !ctx.isRemoved()) {
            begin(ctx);
        }
    }

    /** The head of the request that is being told of was all that counts; the body may take its time. */
    public void headIsWhole() {
        headAlone = true;
        stop();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    private void begin(ChannelHandlerContext ctx) {
        if (timer == null) {
            timer = ctx.executor().schedule(() -> refuse(ctx), limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void refuse(ChannelHandlerContext ctx) {
        if (!ctx.channel().isActive()) {
            return; // closed a moment ago, in the same turn of the loop
        }
        ctx.fireExceptionCaught(
                new RefusedException(Refusal.REQUEST_TOO_SLOW, "no whole request within " + Durations.print(limit)));
    }
}
