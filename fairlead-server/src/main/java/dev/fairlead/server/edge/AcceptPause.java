// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.server.connection.ConnectionObserver;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Stands in the pipelines of ports: when no connection can be accepted, mostly since the process has no file descriptor
 * left, none is for a moment, and then it is tried again. Who dials meanwhile waits in the system's queue; who is connected
 * does not notice. One for all ports, safe from any loop.
 */
@ChannelHandler.Sharable
final class AcceptPause extends ChannelInboundHandlerAdapter {

    /** Short, since whoever waits may have seconds only; long enough to cost nothing. */
    static final Duration PAUSE = Duration.ofMillis(100);

    /** After that long without a failure the next one is news. */
    static final Duration EPISODE = Duration.ofMinutes(1);

    private static final Logger LOGGER = LoggerFactory.getLogger(AcceptPause.class);

    private final ConnectionObserver observer;
    private final LongSupplier nanoTime;
    private final AtomicLong quietFrom;

    AcceptPause(ConnectionObserver observer) {
        this(observer, System::nanoTime);
    }

    /** Takes the time from elsewhere. */
    AcceptPause(ConnectionObserver observer, LongSupplier nanoTime) {
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.quietFrom = new AtomicLong(nanoTime.getAsLong());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        observer.acceptFailed();
        long now = nanoTime.getAsLong();
        boolean news = now - quietFrom.getAndSet(now + EPISODE.toNanos()) >= 0;
        LOGGER.atLevel(news ? Level.WARN : Level.DEBUG)
                .log(
                        "no connection can be accepted ({}), and newcomers wait; raise the limit of open files "
                                + "(ulimit -n, or LimitNOFILE of the systemd unit), or set limits.maxConnections below it",
                        cause.getMessage());
        if (ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(false);
            var _ = ctx.executor()
                    .schedule(() -> ctx.channel().config().setAutoRead(true), PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
