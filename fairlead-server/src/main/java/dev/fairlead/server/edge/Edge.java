// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.HttpCaller;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.edge.httpclient.PooledCaller;
import dev.fairlead.server.edge.tls.CertificateWatch;
import dev.fairlead.server.edge.tls.Certificates;
import dev.fairlead.server.edge.tls.UnusableCertificate;
import dev.fairlead.server.edge.websocket.EdgeLoop;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's ports and event loops: one loop for each processor, each connection on one of them for life, but for the
 * one time that a socket moves to the loop of the one that it is joined with.
 */
public final class Edge {

    private static final int BACKLOG = 4096;

    private static final Duration LOOK_AT_CERTIFICATES = Duration.ofSeconds(2);

    private final MultiThreadIoEventLoopGroup group;
    private final IdentityHashMap<EventLoop, EdgeLoop> loops = new IdentityHashMap<>();
    private final Pipelines pipelines;
    private final Duration pingInterval;
    private final AcceptPause acceptPause;
    private final LoopWatch loopWatch;
    private final ConnectionObserver observer;
    private final List<Channel> ports = new ArrayList<>();
    private final List<CertificateWatch> watches = new ArrayList<>();
    private final List<PooledCaller> callers = new CopyOnWriteArrayList<>(); // a changed configuration brings others

    /** Event loops that end leave open what they find no time to close; so everything is closed before. */
    private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

    /**
     * Starts the event loops; no port is open yet.
     *
     * @param pingInterval of control channels and idle joined sockets
     * @param idleTimeout after which a joined pair without data is dismissed; null for never
     */
    public Edge(
            LimitsConfig limits, Duration pingInterval, @Nullable Duration idleTimeout, ConnectionObserver observer) {
        this.group = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                new DefaultThreadFactory("fairlead-loop", true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        for (EventExecutor executor : group) {
            SingleThreadEventLoop loop = (SingleThreadEventLoop) executor;
            EdgeLoop shared = EdgeLoop.of(loop, PooledByteBufAllocator.DEFAULT, pingInterval);
            loop.addShutdownHook(shared::close); // when its connections are closed
            loops.put(loop, shared);
        }
        this.pingInterval = pingInterval;
        this.observer = observer;
        this.acceptPause = new AcceptPause(observer);
        this.loopWatch = new LoopWatch(List.copyOf(loops.keySet()), observer).start();
        this.pipelines = new Pipelines(limits, this::loopOf, idleTimeout, observer);
    }

    private EdgeLoop loopOf(EventLoop loop) {
        EdgeLoop shared = loops.get(loop);
        if (shared == null) {
            throw new IllegalStateException("a connection lives on a loop of another server");
        }
        return shared;
    }

    /**
     * Opens a port for clients, listeners and senders.
     *
     * @param listen port 0 for one that is free
     * @param certificates what a port that speaks TLS shows, looked at every few seconds from now on; null for a plain one
     * @param routes who answers what
     * @return the address with its port
     * @throws IOException if the port cannot be had; the message is the system's
     */
    public InetSocketAddress open(ListenAddress listen, @Nullable Certificates certificates, List<Route> routes)
            throws IOException {
        InetSocketAddress bound =
                bind(listen.address(), channel -> pipelines.peers(channel, listen, certificates, routes));
        if (certificates != null) {
            watches.add(new CertificateWatch(certificates, LOOK_AT_CERTIFICATES));
        }
        return bound;
    }

    /**
     * Opens a port for operators: it takes everybody, and answers when the others are full.
     *
     * @param address port 0 for one that is free
     * @param routes who answers what
     * @return the address with its port
     * @throws IOException if the port cannot be had; the message is the system's
     */
    public InetSocketAddress open(InetSocketAddress address, List<Route> routes) throws IOException {
        return bind(address, channel -> pipelines.plain(channel, routes));
    }

    private InetSocketAddress bind(InetSocketAddress address, Consumer<SocketChannel> pipeline) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                // TCP_NODELAY is Netty's own default, and a system call for each connection if it is asked for again.
                .handler(acceptPause)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        observer.opened();
                        channel.closeFuture().addListener(closed -> observer.closed());
                        pipeline.accept(channel);
                    }
                });
        KeepAlive.of(bootstrap, pingInterval);
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        ports.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /**
     * Calls another server from the event loops, for homes that live on them; closed with the edge, if it is not before.
     *
     * @throws IllegalArgumentException if the terms cannot be kept; the message names the part
     * @throws UnusableCertificate if the file of trust is of no use; the message tells an operator why
     */
    public HttpCaller caller(CallerTerms terms) throws UnusableCertificate {
        PooledCaller caller = PooledCaller.of(
                terms, loops.keySet(), Epoll.isAvailable() ? EpollSocketChannel::new : NioSocketChannel::new);
        callers.removeIf(PooledCaller::isClosed);
        callers.add(caller);
        return caller;
    }

    /** Says Close to all joined pairs; returns at once. */
    public void dismissPairs(CloseStatus status) {
        loops.values().forEach(loop -> loop.executor().execute(() -> loop.dismissPairs(status)));
    }

    /**
     * Lets no exchange of plain HTTP follow another: answers say that their connection ends with them, and connections that
     * wait for another request are closed. Returns at once.
     */
    public void drainExchanges() {
        pipelines.exchangeDrain().begin(connections);
    }

    /** {@return whether peers whose pairs are over have still to take what was said to them} */
    public boolean isParting() {
        return loops.values().stream().anyMatch(loop -> loop.parting().get() > 0);
    }

    /** Closes all ports, and every connection that is still there; returns when the event loops have ended. */
    public void close() {
        loopWatch.close();
        callers.forEach(PooledCaller::close);
        ports.forEach(port -> port.close().syncUninterruptibly());
        connections.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        watches.forEach(CertificateWatch::close);
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
