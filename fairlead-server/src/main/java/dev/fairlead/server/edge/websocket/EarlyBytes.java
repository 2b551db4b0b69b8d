// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a peer sends behind its upgrade request until the upgrade is answered, and then lets it go in order. Nothing
 * of it is looked at before the answer stands, since only the answer makes frames of it. Reading goes on meanwhile: it is
 * how a peer that gives up is noticed.
 *
 * <p>What is held is copied into one buffer, so that it costs what it is long, in however many pieces it came. That buffer
 * is this handler's until it is passed on; it is released when the handler is removed or the channel closes.
 */
final class EarlyBytes extends ChannelInboundHandlerAdapter {

    /** A client has no business to send anything here; some send a first message without waiting. */
    static final int LIMIT = 64 * 1024;

    private @Nullable ByteBuf held;
    private boolean over;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (over || !(message instanceof ByteBuf early)) {
            ReferenceCountUtil.release(message);
            return;
        }
        try {
            ByteBuf into = held == null ? ctx.alloc().buffer(early.readableBytes(), LIMIT) : held;
            held = into;
            over = early.readableBytes() > into.maxWritableBytes();
            if (!over) {
                into.writeBytes(early);
            }
        } finally {
            early.release();
        }
        if (over) {
            release();
            ctx.fireExceptionCaught(
                    new RefusedException(Refusal.UPGRADE_MALFORMED, "more than " + LIMIT + " bytes before the answer"));
        }
    }

    /** Passes on what was held, and leaves. */
    void letGo(ChannelHandlerContext ctx) {
        ByteBuf early = held;
        held = null;
        if (early != null) {
            ctx.fireChannelRead(early);
            ctx.fireChannelReadComplete();
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private void release() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
