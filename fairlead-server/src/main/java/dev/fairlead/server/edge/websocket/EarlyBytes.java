// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Holds what a peer sends behind its upgrade request until the upgrade is answered, and then lets it go in order. Nothing
 * of it is looked at before the answer stands, since only the answer makes frames of it. Reading goes on meanwhile: it is
 * how a peer that gives up is noticed.
 *
 * <p>Owns every buffer from {@code channelRead} until it is passed on; what is still held when this handler is removed,
 * or the channel closes, is released.
 */
final class EarlyBytes extends ChannelInboundHandlerAdapter {

    /** A client has no business to send anything here; some send a first message without waiting. */
    static final int LIMIT = 64 * 1024;

    private final Queue<ByteBuf> held = new ArrayDeque<>();
    private int bytes;
    private boolean over;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (over || !(message instanceof ByteBuf early)) {
            ReferenceCountUtil.release(message);
            return;
        }
        bytes += early.readableBytes();
        held.add(early);
        if (bytes > LIMIT) {
            over = true;
            release();
            ctx.fireExceptionCaught(
                    new RefusedException(Refusal.UPGRADE_MALFORMED, "more than " + LIMIT + " bytes before the answer"));
        }
    }

    /** Passes on what was held, and leaves. */
    void letGo(ChannelHandlerContext ctx) {
        for (ByteBuf early = held.poll(); early != null; early = held.poll()) {
            ctx.fireChannelRead(early);
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private void release() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }
}
