// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.socket;

import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.Connection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What every connection of the edge is to the parts, whatever is spoken on it: one channel. */
public abstract class NettyConnection implements Connection {

    /** The connection itself. */
    protected final Channel channel;

    private final InetSocketAddress remoteAddress;

    /**
     * Stands for a channel.
     *
     * @param remoteAddress where it comes from; behind a trusted proxy, what the proxy says
     */
    protected NettyConnection(Channel channel, InetSocketAddress remoteAddress) {
        this.channel = channel;
        this.remoteAddress = remoteAddress;
    }

    @Override
    public final String id() {
        return channel.id().asShortText();
    }

    @Override
    public final InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /** {@return the event loop that the connection lives on now} */
    public final EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public final boolean inLoop() {
        return channel.eventLoop().inEventLoop();
    }

    @Override
    public final void execute(Runnable task) {
        channel.eventLoop().execute(task);
    }

    @Override
    public final Cancellable schedule(Duration delay, Runnable task) {
        var timer = channel.eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    @Override
    public final Cancellable onGone(Runnable task) {
        ChannelFutureListener listener = closed -> task.run();
        channel.closeFuture().addListener(listener);
        return () -> channel.closeFuture().removeListener(listener);
    }

    @Override
    public final void abort() {
        var _ = channel.close();
    }
}
