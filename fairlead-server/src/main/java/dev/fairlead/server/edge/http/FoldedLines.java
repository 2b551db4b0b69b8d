// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ByteProcessor;

/**
 * Refuses a request one of whose header lines is folded (RFC 9112, section 5.2), and leaves the pipeline at the end of
 * the head. The decoder behind it would put the line right, and somebody before the server may have read it otherwise.
 */
public final class FoldedLines extends ChannelInboundHandlerAdapter implements ByteProcessor {

    private boolean begun;
    private boolean atLineStart = true;
    private boolean folded;
    private boolean ended;

    /** Has seen nothing yet. */
    public FoldedLines() {}

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        int end = bytes.forEachByte(this);
        if (folded) {
            // What stands before it may be wrong in itself: it is answered for that, in however many pieces it comes.
            ctx.fireChannelRead(bytes.writerIndex(end));
            ctx.pipeline().remove(this);
            ctx.fireExceptionCaught(new RefusedException(Refusal.REQUEST_MALFORMED, "a header line is folded"));
            return;
        }
        if (ended) {
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(bytes);
    }

    /** {@return whether to look on} */
    @Override
    public boolean process(byte next) {
        switch (next) {
            case '\n' -> {
                ended = begun && atLineStart; // empty lines before the request are passed over
                atLineStart = true;
            }
            case '\r' -> {}
            case ' ', '\t' -> folded = begun && atLineStart;
            default -> {
                begun = true;
                atLineStart = false;
            }
        }
        return !folded && !ended;
    }
}
