// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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

    /** A peer that does not read its answer is not waited for any longer. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AnswerDate date;
    private final ConnectionObserver observer;
    private boolean answered;

    /** Tells the observer of each refusal. */
    public Refusals(AnswerDate date, ConnectionObserver observer) {
        this.date = date;
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
                log(ctx.channel(), refused);
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
        boolean head = Boolean.TRUE.equals(ctx.channel().attr(RequestForm.HEAD).get());
        ByteBuf out;
        try {
            out = bytes(ctx.alloc(), date, refused, head, true);
        } catch (OutOfMemoryError error) {
            exceptionCaught(ctx, error);
            return;
        }
        Closing.within(ctx, PATIENCE);
        ctx.writeAndFlush(out).addListener(written -> Closing.linger(ctx));
    }

    /** Writes down that a request is turned away. */
    public static void log(Channel channel, RefusedException refused) {
        LOGGER.atDebug()
                .addKeyValue("connection", channel.id())
                .addKeyValue("remote", ClientAddress.of(channel))
                .addKeyValue("refusal", refused.answer().refusal().label())
                .log("request refused: {}", refused.getMessage());
    }

    /**
     * {@return the whole answer to a request that is turned away: a body of JSON that says what the reason phrase says; the
     * caller's to release}
     *
     * @param head whether it was a {@code HEAD}, whose answer has no body
     * @param last whether the connection ends with it
     */
    public static ByteBuf bytes(
            ByteBufAllocator alloc, AnswerDate date, UpgradeAnswer.Refused refused, boolean head, boolean last) {
        byte[] body = body(refused).getBytes(StandardCharsets.UTF_8);
        List<Header> headers = new ArrayList<>();
        headers.add(date.line());
        headers.add(new Header("Content-Type", "application/json; charset=utf-8"));
        headers.add(new Header("Content-Length", String.valueOf(body.length)));
        if (last) {
            headers.add(new Header("Connection", "close"));
        }
        refused.refusal()
                .retryAfter()
                .ifPresent(pause -> headers.add(new Header("Retry-After", String.valueOf(pause.toSeconds()))));
        refused.refusal().challenge().ifPresent(challenge -> headers.add(new Header("WWW-Authenticate", challenge)));
        if (refused.status() == 426) {
            headers.add(new Header("Upgrade", "websocket"));
            headers.add(new Header("Sec-WebSocket-Version", "13"));
        }
        ByteBuf out = ResponseHead.write(alloc, refused.status(), refused.reason(), headers, body.length);
        return head ? out : out.writeBytes(body);
    }

    private static String body(UpgradeAnswer.Refused refused) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("code", refused.refusal().code());
        error.put("message", refused.reason());
        return Json.write(Map.of("error", error));
    }
}
