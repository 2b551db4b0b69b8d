// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;

/**
 * Tells one who speaks plain HTTP to a port of TLS, in plain HTTP, what is wrong; leaves at the first byte. Stands before
 * what does the TLS.
 */
public final class PlainSpeech extends ChannelInboundHandlerAdapter {

    private final List<String> secure;

    /**
     * Serves one connection.
     *
     * @param secure the names of the handlers that are in the way of a plain answer
     */
    public PlainSpeech(List<String> secure) {
        this.secure = List.copyOf(secure);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!bytes.isReadable()) {
            ctx.fireChannelRead(bytes);
            return;
        }
        byte first = bytes.getByte(bytes.readerIndex());
        if (first < 'A' || first > 'Z') { // a handshake record begins with 22, a method with a letter
            ctx.pipeline().remove(this);
            ctx.fireChannelRead(bytes);
            return;
        }
        bytes.release();
        for (String name : secure) {
            ChannelHandler handler = ctx.pipeline().get(name);
            if (handler != null) {
                ctx.pipeline().remove(handler);
            }
        }
        ctx.pipeline().remove(this);
        ctx.fireExceptionCaught(new RefusedException(Refusal.TLS_EXPECTED, "plain HTTP to a port that speaks TLS"));
    }
}
