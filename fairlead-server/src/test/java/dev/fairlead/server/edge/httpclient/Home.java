// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.HttpCall;
import dev.fairlead.server.connection.HttpCaller;
import dev.fairlead.server.edge.socket.NettyConnection;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection that lives on a loop, and calls. */
final class Home extends NettyConnection {

    private static final Duration LONG = Duration.ofSeconds(20);

    private Home(EventLoop loop) {
        super(
                new ServerBootstrap()
                        .group(loop)
                        .channel(EpollServerSocketChannel.class)
                        .childHandler(new ChannelInboundHandlerAdapter())
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel(),
                new InetSocketAddress(0));
    }

    static Home on(EventLoop loop) {
        return new Home(loop);
    }

    /** One call of it, and what it was told. */
    record Called(Cancellable cancellable, BlockingQueue<CallOutcome> told) {

        CallOutcome outcome() throws InterruptedException {
            CallOutcome outcome = told.poll(LONG.toSeconds(), TimeUnit.SECONDS);
            if (outcome == null) {
                throw new AssertionError("nothing was told");
            }
            return outcome;
        }

        /** {@return status and body} */
        String answer() throws InterruptedException {
            return text(outcome());
        }

        /** {@return the cause and the evidence} */
        String failure() throws InterruptedException {
            return switch (outcome()) {
                case CallOutcome.Failed failed -> failed.cause() + ": " + failed.evidence();
                case CallOutcome.Answered answered -> throw new AssertionError(text(answered));
            };
        }

        private static String text(CallOutcome outcome) {
            return switch (outcome) {
                case CallOutcome.Answered answered ->
                    answered.status() + " " + new String(answered.body(), StandardCharsets.ISO_8859_1);
                case CallOutcome.Failed failed -> throw new AssertionError(failed);
            };
        }
    }

    static HttpCall post(String target, String body) {
        return post(target, body, LONG);
    }

    static HttpCall post(String target, String body, Duration patience) {
        return new HttpCall(
                "POST",
                target,
                List.of(new Header("Content-Type", "text/plain")),
                body.getBytes(StandardCharsets.ISO_8859_1),
                patience,
                1 << 20);
    }

    Called calls(HttpCaller caller, HttpCall call) {
        BlockingQueue<CallOutcome> told = new LinkedBlockingQueue<>();
        return new Called(caller.call(this, call, told::add), told);
    }

    /** Posts {@code hello} to {@code /}. */
    Called calls(HttpCaller caller) {
        return calls(caller, post("/", "hello"));
    }
}
