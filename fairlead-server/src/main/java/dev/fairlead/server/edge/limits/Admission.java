// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.limits;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.edge.http.ClientAddress;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.Dialled;
import dev.fairlead.server.edge.http.PageDispatch;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one connection in, or turns it away when it asks for something: before that, nobody listens for an answer. A
 * trusted proxy's connection is its client's, who is known at the PROXY header or at the head of the request. Leaves the
 * pipeline with the first request that it lets pass.
 */
public final class Admission extends ChannelInboundHandlerAdapter {

    private static final Logger LOGGER = LoggerFactory.getLogger(Admission.class);

    private final OpenConnections connections;
    private boolean clientKnown;
    private boolean refused;
    private @Nullable Refusal refusal;

    private Admission(OpenConnections connections) {
        this.connections = connections;
    }

    /**
     * Decides of a connection that was just accepted. On the channel's loop.
     *
     * @param proxied whether a PROXY header is still to say whose it is
     * @return what stands behind the check of the request's form; null if there were so many that this one was closed
     */
    public static @Nullable Admission of(Channel channel, boolean proxied, OpenConnections connections) {
        Admission admission = new Admission(connections);
        if (!proxied) {
            admission.enter(channel, ClientAddress.of(channel).getAddress());
        }
        if (admission.refusal == null) {
            admission.refusal = connections.enter(channel).orElse(null);
        }
        return admission.isAffordable(channel) ? admission : null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ClientAddress.Known.BY_PROXY_HEADER && refusal == null) {
            enter(ctx.channel(), ClientAddress.of(ctx.channel()).getAddress());
            if (!isAffordable(ctx.channel())) {
                return;
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            InetSocketAddress client = Dialled.of(
                            ctx.channel(), PageDispatch.headersOf(request.headers()), connections.trustedProxies())
                    .remoteAddress();
            if (refusal == null && !clientKnown) {
                refusal = connections.enter(ctx.channel(), client.getAddress()).orElse(null);
            }
            if (refusal != null) {
                refused = true;
                ReferenceCountUtil.release(message);
                ctx.fireExceptionCaught(new RefusedException(
                        refusal, "from " + client.getAddress().getHostAddress()));
                return;
            }
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(message);
    }

    /** Counts the connection for this client, unless that is a proxy that speaks for others. */
    private void enter(Channel channel, InetAddress client) {
        if (!connections.isTrustedProxy(client)) {
            clientKnown = true;
            refusal = connections.enter(channel, client).orElse(null);
        }
    }

    private boolean isAffordable(Channel channel) {
        if (refusal == null || connections.mayBeTold(channel)) {
            return true;
        }
        LOGGER.atDebug()
                .addKeyValue("connection", channel.id())
                .addKeyValue("remote", ClientAddress.of(channel))
                .addKeyValue("refusal", refusal.label())
                .log("connection closed: too many wait to be refused");
        connections.observer().refused(refusal);
        refused = true;
        channel.config().setOption(ChannelOption.SO_LINGER, 0); // leaves the kernel nothing to remember
        Closing.close(channel);
        return false;
    }
}
