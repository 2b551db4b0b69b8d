// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.Route;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the service whose route fits a plain request, writes its answer when the request is read to its end, and closes
 * the connection: these pages are asked for now and then, and an idle connection is one more thing to bound.
 */
public final class PageDispatch extends ChannelInboundHandlerAdapter {

    private static final int PIECE = 4096;

    private final List<Route> routes;
    private final AnswerDate date;
    private @Nullable HttpRequest current;
    private boolean answered;

    /** Takes the routes of the port. */
    public PageDispatch(List<Route> routes, AnswerDate date) {
        this.routes = routes;
        this.date = date;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpRequest request && !answered) {
                current = request;
            }
            if (message instanceof LastHttpContent && current != null) {
                HttpRequest asked = current;
                current = null;
                answered = true; // what a peer asks behind it would pile up answers, as long as it reads none
                answer(ctx, asked);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest request) {
        HttpQuestion question = new HttpQuestion(
                request.method().name(), request.uri(), headersOf(request.headers()), ClientAddress.of(ctx.channel()));
        for (Route route : routes) {
            if (route instanceof Route.Pages pages && pages.fits(question.path())) {
                write(ctx, request, pages.service().answer(question));
                return;
            }
        }
        throw new RefusedException(Refusal.PAGE_UNKNOWN, question.path());
    }

    private void write(ChannelHandlerContext ctx, HttpRequest request, HttpReply reply) {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        List<Header> headers = new ArrayList<>(reply.headers());
        headers.add(date.line());
        headers.add(new Header("Content-Length", String.valueOf(body.length)));
        headers.add(new Header("Connection", "close"));
        ByteBuf out = ResponseHead.write(ctx.alloc(), reply.status(), reply.reason(), headers);
        Closing.hearNoMore(ctx);
        Closing.within(ctx, Refusals.PATIENCE);
        var _ = ctx.write(out, ctx.voidPromise());
        // In pieces that there is room for when memory is short: then is when operators look.
        int length = request.method().name().equals("HEAD") ? 0 : body.length;
        for (int at = 0; at < length; at += PIECE) {
            var _ = ctx.write(Unpooled.wrappedBuffer(body, at, Math.min(PIECE, length - at)), ctx.voidPromise());
        }
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** {@return the lines as their sender spelled them} */
    public static Headers headersOf(HttpHeaders headers) {
        List<Header> lines = new ArrayList<>(headers.size());
        headers.forEach(line -> lines.add(new Header(line.getKey(), line.getValue())));
        return new Headers(lines);
    }
}
