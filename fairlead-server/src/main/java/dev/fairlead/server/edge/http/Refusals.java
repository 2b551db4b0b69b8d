// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline's last handler: answers whatever was thrown above it, closes the connection, and drops what still
 * arrives. What it is not told of by a {@link RefusedException} is a fault: it is logged, and the peer hears 500.
 */
public final class Refusals extends ChannelInboundHandlerAdapter {

    private static final Logger LOGGER = LoggerFactory.getLogger(Refusals.class);

    /** A peer that is still sending would lose the answer to a reset if the socket were closed under it. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** A peer that does not read its answer is not waited for any longer. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ConnectionObserver observer;
    private boolean answered;

    /** Tells the observer of each refusal. */
    public Refusals(ConnectionObserver observer) {
        this.observer = observer;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case RefusedException refused -> {
                LOGGER.atDebug()
                        .addKeyValue("connection", ctx.channel().id())
                        .addKeyValue("remote", ClientAddress.of(ctx.channel()))
                        .addKeyValue("refusal", refused.answer().refusal().label())
                        .log("request refused: {}", refused.getMessage());
                answer(ctx, refused.answer());
            }
            case IOException lost -> {
                LOGGER.atDebug()
                        .addKeyValue("connection", ctx.channel().id())
                        .log("connection lost: {}", lost.getMessage());
                Closing.close(ctx);
            }
            case MemoryShortage.Felt _ -> {
                // The read is tried again; the peer has its deadline.
            }
            case OutOfMemoryError error -> {
                LOGGER.atDebug()
                        .addKeyValue("connection", ctx.channel().id())
                        .log("connection closed, no memory for it: {}", error.getMessage());
                observer.memoryShort();
                Closing.close(ctx);
            }
            default -> {
                LOGGER.atError()
                        .addKeyValue("connection", ctx.channel().id())
                        .setCause(cause)
                        .log("a request met a fault");
                answer(ctx, UpgradeAnswer.Refused.of(Refusal.INTERNAL));
            }
        }
    }

    private void answer(ChannelHandlerContext ctx, UpgradeAnswer.Refused refused) {
        if (answered) {
            return;
        }
        answered = true;
        Closing.hearNoMore(ctx);
        observer.refused(refused.refusal());
        byte[] body = body(refused).getBytes(StandardCharsets.UTF_8);
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("Content-Type", "application/json; charset=utf-8"));
        headers.add(new Header("Content-Length", String.valueOf(body.length)));
        headers.add(new Header("Connection", "close"));
        refused.refusal()
                .retryAfter()
                .ifPresent(pause -> headers.add(new Header("Retry-After", String.valueOf(pause.toSeconds()))));
        if (refused.status() == 426) {
            headers.add(new Header("Upgrade", "websocket"));
            headers.add(new Header("Sec-WebSocket-Version", "13"));
        }
        ByteBuf out;
        try {
            out = ResponseHead.write(ctx.alloc(), refused.status(), refused.reason(), headers);
            if (!Boolean.TRUE.equals(ctx.channel().attr(RequestForm.HEAD).get())) {
                out.writeBytes(body);
            }
        } catch (OutOfMemoryError error) {
            exceptionCaught(ctx, error);
            return;
        }
        Closing.within(ctx, PATIENCE);
        ctx.writeAndFlush(out).addListener(written -> linger(ctx));
    }

    private static void linger(ChannelHandlerContext ctx) {
        if (!(ctx.channel() instanceof SocketChannel socket) || !socket.isActive()) {
            Closing.close(ctx);
            return;
        }
        socket.config().setAutoRead(true);
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutOutput(ctx, socket);
        } else {
            // What ends without its last record looks cut short.
            tls.closeOutbound().addListener(said -> shutOutput(ctx, socket));
        }
    }

    private static void shutOutput(ChannelHandlerContext ctx, SocketChannel socket) {
        socket.shutdownOutput().addListener(shut -> {
            Closing.within(ctx, LINGER);
        });
    }

    private static String body(UpgradeAnswer.Refused refused) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("code", refused.refusal().code());
        error.put("message", refused.reason());
        return Json.write(Map.of("error", error));
    }
}
