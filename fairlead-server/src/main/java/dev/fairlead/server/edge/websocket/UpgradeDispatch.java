// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.edge.http.Dialled;
import dev.fairlead.server.edge.http.PageDispatch;
import dev.fairlead.server.settings.Network;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hands upgrade requests to the service whose route fits, once their form is that of RFC 6455, section 4.2.1, and lets
 * other requests pass. From then on nothing on the connection is read as HTTP.
 */
public final class UpgradeDispatch extends ChannelInboundHandlerAdapter {

    private final List<Route> routes;
    private final List<Network> trustedProxies;
    private final ReadBuffers readBuffers;
    private final NettyPeer.Setting setting;
    private @Nullable HttpRequest upgrade;

    /**
     * Serves one connection.
     *
     * @param routes of the port
     * @param trustedProxies whose {@code X-Forwarded-} headers are believed
     * @param readBuffers of the channel
     * @param loops what the connections of an event loop share
     * @param idleTimeout after which a joined pair without data is dismissed; null for never
     */
    public UpgradeDispatch(
            List<Route> routes,
            List<Network> trustedProxies,
            ReadBuffers readBuffers,
            Function<EventLoop, EdgeLoop> loops,
            @Nullable Duration idleTimeout,
            ConnectionObserver observer) {
        this.routes = routes;
        this.trustedProxies = trustedProxies;
        this.readBuffers = readBuffers;
        this.setting = new NettyPeer.Setting(loops, idleTimeout, observer);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request && isUpgrade(request)) {
            ReferenceCountUtil.release(message);
            check(request);
            upgrade = request; // one that is refused has no end that anybody waits for
        } else if (upgrade == null) {
            ctx.fireChannelRead(message);
        } else {
            HttpRequest asked = upgrade;
            ReferenceCountUtil.release(message);
            if (message instanceof LastHttpContent) {
                ask(ctx, asked);
            }
        }
    }

    private static boolean isUpgrade(HttpRequest request) {
        return request.headers().contains("Upgrade") && hasToken(request, "Upgrade", "websocket");
    }

    private static boolean hasToken(HttpRequest request, String name, String token) {
        return request.headers().getAll(name).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(value -> value.trim().toLowerCase(Locale.ROOT).equals(token));
    }

    private static void check(HttpRequest request) {
        expect(request.method().name().equals("GET"), "method " + request.method() + " (expected: GET)");
        expect(hasToken(request, "Connection", "upgrade"), "no upgrade in Connection");
        expect(
                !request.headers().contains("Content-Length")
                        && !request.headers().contains("Transfer-Encoding"),
                "an upgrade has no body");
        List<String> keys = request.headers().getAll("Sec-WebSocket-Key");
        expect(keys.size() == 1 && !keys.getFirst().isBlank(), "Sec-WebSocket-Key (expected: one)");
        String version = request.headers().get("Sec-WebSocket-Version", "");
        if (!version.equals("13")) {
            throw new RefusedException(Refusal.VERSION_UNSUPPORTED, "Sec-WebSocket-Version " + version);
        }
    }

    private static void expect(boolean holds, String broken) {
        if (!holds) {
            throw new RefusedException(Refusal.UPGRADE_MALFORMED, broken);
        }
    }

    private void ask(ChannelHandlerContext ctx, HttpRequest request) {
        Headers headers = PageDispatch.headersOf(request.headers());
        Dialled dialled = Dialled.of(ctx.channel(), headers, trustedProxies);
        NettyPeer peer = new NettyPeer(
                ctx.channel(),
                dialled.remoteAddress(),
                request.headers().get("Sec-WebSocket-Key", ""),
                headers.joined("Sec-WebSocket-Extensions").orElse(""),
                readBuffers,
                setting);
        ctx.pipeline().replace(this, "early-bytes", new EarlyBytes());
        // What the decoder has read beyond the request comes out here, and is held.
        ctx.pipeline().remove(HttpRequestDecoder.class);
        UpgradeRequest asked = new UpgradeRequest(peer, request.uri(), headers, dialled.baseAddress());
        for (Route route : routes) {
            if (route instanceof Route.Upgrades upgrades && upgrades.fits(asked.path())) {
                var _ = upgrades.service()
                        .onUpgrade(asked)
                        .whenComplete((answer, fault) -> peer.execute(() -> answer(peer, ctx, answer, fault)));
                return;
            }
        }
        peer.answer(UpgradeAnswer.Refused.of(Refusal.PAGE_UNKNOWN));
    }

    private static void answer(
            NettyPeer peer, ChannelHandlerContext ctx, @Nullable UpgradeAnswer answer, @Nullable Throwable fault) {
        if (answer != null) {
            peer.answer(answer);
        } else if (fault != null) {
            Throwable cause =
                    fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
            ctx.channel().pipeline().fireExceptionCaught(cause);
        }
    }
}
