// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.limits;

import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.PeerText;
import dev.fairlead.server.edge.http.ClientAddress;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.settings.Durations;
import dev.fairlead.server.settings.Network;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the PROXY header, version 2, that a trusted proxy puts before all else, for who the client is, and leaves. A
 * connection that the proxy opened for itself ({@code LOCAL}), or for a client without an address, is the proxy's. One
 * that begins otherwise is closed without a word: there is nobody to whom HTTP could be spoken.
 *
 * <p>Owns each header that it is passed.
 */
public final class ProxyHeader extends ChannelInboundHandlerAdapter {

    /** Bytes of what a proxy adds to the addresses. */
    public static final int LONGEST_ADDITIONS = 4096;

    private static final Logger LOGGER = LoggerFactory.getLogger(ProxyHeader.class);

    private final Duration limit;
    private final ConnectionObserver observer;
    private @Nullable Future<?> timer;
    private boolean over;

    /**
     * Waits for the header.
     *
     * @param limit how long, from the moment that this is added
     */
    public ProxyHeader(Duration limit, ConnectionObserver observer) {
        this.limit = limit;
        this.observer = observer;
    }

    /** {@return whether a connection comes from one of these; if not, it is closed} */
    public static boolean comesFrom(List<Network> trustedProxies, Channel channel, ConnectionObserver observer) {
        boolean trusted =
                Network.anyContains(trustedProxies, ((InetSocketAddress) channel.remoteAddress()).getAddress());
        if (!trusted) {
            tell(channel, "it does not come from one of limits.trustedProxies", observer);
            Closing.close(channel);
        }
        return trusted;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timer = ctx.executor()
                .schedule(
                        () -> end(ctx, "no PROXY header within " + Durations.print(limit)),
                        limit.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (!over && message instanceof HAProxyMessage header) {
                read(ctx, header);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ChannelHandlerContext ctx, HAProxyMessage header) {
        if (header.protocolVersion() != HAProxyProtocolVersion.V2) {
            end(ctx, "PROXY protocol version 1 (expected: version 2)");
            return;
        }
        String client = header.sourceAddress();
        if (header.command() == HAProxyCommand.PROXY && client != null) {
            switch (header.proxiedProtocol()) {
                case TCP4, TCP6 ->
                    ClientAddress.name(
                            ctx.channel(), new InetSocketAddress(InetAddress.ofLiteral(client), header.sourcePort()));
                case UDP4, UDP6 -> {
                    end(ctx, "a PROXY header for UDP (expected: TCP)");
                    return;
                }
                case UNKNOWN, UNIX_STREAM, UNIX_DGRAM -> {
                    // The specification has the proxy's own address stand in for what has none.
                }
            }
        }
        ctx.fireUserEventTriggered(ClientAddress.Known.BY_PROXY_HEADER);
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) {
            end(ctx, PeerText.forLog(String.valueOf(cause.getMessage())));
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private void end(ChannelHandlerContext ctx, String why) {
        if (!over) {
            over = true;
            tell(ctx.channel(), why, observer);
            Closing.close(ctx);
        }
    }

    private static void tell(Channel channel, String why, ConnectionObserver observer) {
        LOGGER.atDebug()
                .addKeyValue("connection", channel.id())
                .addKeyValue("remote", channel.remoteAddress())
                .log("connection closed without a PROXY header: {}", why);
        observer.unproxied();
    }
}
