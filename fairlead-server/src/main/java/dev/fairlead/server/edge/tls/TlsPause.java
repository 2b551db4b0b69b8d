// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/** Stands between socket and TLS, and keeps a paused socket paused: TLS asks for more by itself if it holds half a record. */
public final class TlsPause extends ChannelOutboundHandlerAdapter {

    /** Serves one connection. */
    public TlsPause() {}

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }
}
