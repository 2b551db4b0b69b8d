// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.exchange;

import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.ExchangeService;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.edge.http.AnswerDate;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.Dialled;
import dev.fairlead.server.edge.http.MemoryShortage;
import dev.fairlead.server.edge.http.PageDispatch;
import dev.fairlead.server.edge.http.Refusals;
import dev.fairlead.server.edge.http.RequestDeadline;
import dev.fairlead.server.edge.http.RequestDecoder;
import dev.fairlead.server.edge.socket.Unsent;
import dev.fairlead.server.edge.websocket.EdgeLoop;
import dev.fairlead.server.edge.websocket.ReadBuffers;
import dev.fairlead.server.settings.Network;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands plain requests to the service whose route fits, one after the other, and lets other requests pass. Decides what is
 * read from the socket, and when the connection ends.
 */
public final class ExchangeDispatch extends ChannelInboundHandlerAdapter {

    private static final Logger LOGGER = LoggerFactory.getLogger(ExchangeDispatch.class);

    /** As long as proxies commonly keep a connection to a server without a request. */
    static final Duration IDLE = Duration.ofSeconds(60);

    /** So much may be sent ahead of an answer before the socket is not read; dozens of requests. */
    static final int MOST_AHEAD = 64 * 1024;

    /** What a service may gather is read into buffers of its own; a longer body passes through the loop's. */
    static final int LONG_BODY = 64 * 1024;

    /**
     * What all connections of a server share.
     *
     * @param trustedProxies whose {@code X-Forwarded-} headers are believed
     * @param loops what the connections of an event loop share
     */
    public record Setting(
            List<Network> trustedProxies,
            Function<EventLoop, EdgeLoop> loops,
            AnswerDate date,
            ExchangeDrain drain,
            ConnectionObserver observer) {}

    private final List<Route> routes;
    private final RequestDecoder decoder;
    private final RequestDeadline deadline;
    private final ReadBuffers readBuffers;
    private final Setting setting;

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Unsent unsent;

    /** Whether the request whose body is being read is one of ours. */
    private boolean ours;

    private @Nullable NettyExchange current;
    private boolean served;
    private boolean keepAlive;
    private boolean leaving;
    private boolean held;
    private long idleSinceNanos;
    private @Nullable Future<?> idleWatch;

    /**
     * Serves one connection.
     *
     * @param routes of the port
     * @param decoder of the channel, as are the next two
     */
    public ExchangeDispatch(
            List<Route> routes,
            RequestDecoder decoder,
            RequestDeadline deadline,
            ReadBuffers readBuffers,
            Setting setting) {
        this.routes = routes;
        this.decoder = decoder;
        this.deadline = deadline;
        this.readBuffers = readBuffers;
        this.setting = setting;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        stopIdleWatch();
    }

    @Override
    public void channelRead(ChannelHandlerContext read, Object message) {
        if (message instanceof HttpRequest request) {
            ExchangeService service = serviceOf(request);
            ours = service != null;
            if (service != null) {
                ReferenceCountUtil.release(message);
                begin(read, request, service);
                return;
            }
        } else if (ours && message instanceof HttpContent content) {
            if (current == null) {
                content.release();
            } else {
                current.received(content);
            }
            return;
        }
        read.fireChannelRead(message);
    }

    private @Nullable ExchangeService serviceOf(HttpRequest request) {
        String path = HttpQuestion.path(request.uri());
        for (Route route : routes) {
            if (route.fits(path)) {
                switch (route) {
                    case Route.Exchanges exchanges -> {
                        return exchanges.service();
                    }
                    case Route.Pages _ -> {
                        return null;
                    }
                    case Route.Upgrades _ -> {
                        // is for others than plain requests
                    }
                }
            }
        }
        return null;
    }

    private void begin(ChannelHandlerContext read, HttpRequest request, ExchangeService service) {
        deadline.headIsWhole();
        served = true;
        if (unsent == null) {
            unsent = new Unsent(read.channel());
        }
        keepAlive = HttpUtil.isKeepAlive(request);
        Headers headers = PageDispatch.headersOf(request.headers());
        HttpQuestion question = new HttpQuestion(
                request.method().name(),
                request.uri(),
                headers,
                Dialled.client(read.channel(), headers, setting.trustedProxies()));
        NettyExchange exchange = new NettyExchange(
                this,
                read,
                unsent,
                question,
                bodyBytes(request.headers()),
                "100-continue".equalsIgnoreCase(request.headers().get(HttpHeaderNames.EXPECT)),
                setting.date());
        current = exchange;
        if (!exchange.isBodyEnded()) {
            decoder.hold();
        }
        exchange.ask(service);
        watchReading();
    }

    private static OptionalLong bodyBytes(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return OptionalLong.empty();
        }
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        return OptionalLong.of(length == null ? 0 : Long.parseLong(length)); // the decoder has read it, too
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext read) {
        if (current != null) {
            current.readComplete();
        }
        watchReading();
        read.fireChannelReadComplete();
    }

    AnswerDate date() {
        return setting.date();
    }

    ConnectionObserver observer() {
        return setting.observer();
    }

    /** {@return whether another request may follow an answer that is begun now} */
    boolean isKept(NettyExchange exchange) {
        return keepAlive && exchange.isBodyEnded() && !setting.drain().isBegun();
    }

    boolean hasReadNothingOfTheBody() {
        return decoder.heldBytes() == 0;
    }

    void readBody(NettyExchange exchange) {
        if (ctx != null) {
            long length = exchange.bodyBytes().orElse(Long.MAX_VALUE);
            if (length > LONG_BODY && ctx.pipeline().get(SslHandler.class) == null) {
                readBuffers.readMuch(
                        setting.loops().apply(ctx.channel().eventLoop()).buffer());
            } else {
                readBuffers.readPieces(length);
            }
        }
        decoder.goOn();
        watchReading();
    }

    void bodyEnded() {
        readBuffers.readLittle();
        watchReading();
    }

    /** Reads the socket unless somebody has to be waited for. */
    void watchReading() {
        boolean hold = (current != null && current.holdsReading())
                || ((current != null || leaving) && decoder.heldBytes() > MOST_AHEAD);
        if (hold == held) {
            return;
        }
        held = hold;
        if (hold) {
            readBuffers.hold();
        } else {
            readBuffers.letGo();
        }
    }

    /** The exchange is over; its answer may have still to leave. */
    void over(NettyExchange exchange, boolean last) {
        current = null;
        if (ctx == null || unsent == null || !ctx.channel().isActive()) {
            return;
        }
        ChannelHandlerContext mine = ctx;
        leaving = true;
        readBuffers.readLittle();
        if (last || !exchange.isBodyEnded() || setting.drain().isBegun()) {
            boolean silent = exchange.isBodyEnded() && decoder.heldBytes() == 0;
            Closing.hearNoMore(mine);
            watchReading();
            unsent.keepCopy();
            unsent.whenTaken(() -> {
                if (silent) {
                    Closing.close(mine);
                } else {
                    Closing.linger(mine);
                }
            });
        } else if (unsent.isBehind()) {
            // Who does not read its answers gets no more of them to pile up.
            unsent.keepCopy();
            unsent.whenTaken(this::awaitNext);
        } else {
            awaitNext();
        }
    }

    private void awaitNext() {
        if (ctx == null || !ctx.channel().isActive()) {
            return;
        }
        leaving = false;
        idleSinceNanos = ctx.executor().ticker().nanoTime();
        if (idleWatch == null) {
            watchIdleness(ctx, IDLE.toNanos());
        }
        decoder.goOn();
        watchReading();
    }

    private void watchIdleness(ChannelHandlerContext mine, long nanos) {
        idleWatch = mine.executor()
                .schedule(
                        () -> {
                            long left = idleSinceNanos
                                    + IDLE.toNanos()
                                    - mine.executor().ticker().nanoTime();
                            if (!isIdle()) {
                                idleWatch = null; // until the next exchange is over
                            } else if (left > 0) {
                                watchIdleness(mine, left);
                            } else {
                                Closing.close(mine);
                            }
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    private void stopIdleWatch() {
        if (idleWatch != null) {
            idleWatch.cancel(false);
            idleWatch = null;
        }
    }

    private boolean isIdle() {
        return served && decoder.isAwaitingRequest();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext told, Object event) {
        if (event == ExchangeDrain.Event.BEGUN && isIdle()) {
            Closing.close(told);
        }
        told.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        stopIdleWatch();
        NettyExchange broken = current;
        current = null;
        if (broken != null) {
            broken.breakOff();
        }
        inactive.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (cause instanceof ReadBuffers.HeldBack) {
            // Whoever waits for an answer keeps its side open; there is nobody left for whom to read on.
            LOGGER.atDebug()
                    .addKeyValue("connection", caught.channel().id())
                    .log("client hung up before its request was read");
            Closing.close(caught);
            return;
        }
        NettyExchange broken = current;
        boolean ends = !(cause instanceof IOException || cause instanceof MemoryShortage.Felt);
        if (broken != null && ends) {
            current = null;
            leaving = true;
            boolean begun = broken.isAnswerBegun();
            broken.breakOff();
            if (begun && !(cause instanceof OutOfMemoryError)) {
                cutOff(caught, cause);
                return;
            }
        }
        caught.fireExceptionCaught(cause);
    }

    /** An answer is under way, and cannot be followed by another that says what is wrong. */
    private void cutOff(ChannelHandlerContext caught, Throwable cause) {
        if (cause instanceof RefusedException refused) {
            Refusals.log(caught.channel(), refused);
            setting.observer().refused(refused.answer().refusal());
        } else {
            LOGGER.atError()
                    .addKeyValue("connection", caught.channel().id())
                    .setCause(cause)
                    .log("an answer met a fault");
        }
        Closing.close(caught);
    }
}
