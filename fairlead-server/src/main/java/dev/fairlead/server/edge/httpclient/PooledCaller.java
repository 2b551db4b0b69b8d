// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.Connection;
import dev.fairlead.server.connection.HttpCall;
import dev.fairlead.server.connection.HttpCaller;
import dev.fairlead.server.edge.socket.NettyConnection;
import dev.fairlead.server.edge.tls.CallingContext;
import dev.fairlead.server.edge.tls.UnusableCertificate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Calls one server over connections that each event loop keeps for itself, under one bound for all of them. */
public final class PooledCaller implements HttpCaller {

    /** A URI's own host knows no underscore, which names within a container network have. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[0-9A-Za-z._-]{1,253})(?::([0-9]{1,5}))?");

    private final IdentityHashMap<EventLoop, LoopPool> pools = new IdentityHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger openPools = new AtomicInteger();
    private final @Nullable SslContext tls;

    private PooledCaller(
            CallerTerms terms,
            Matcher authority,
            Collection<EventLoop> loops,
            ChannelFactory<? extends Channel> sockets,
            Addresses.Directory directory,
            @Nullable SslContext tls) {
        this.tls = tls;
        int usual = tls == null ? 80 : 443;
        int port = authority.group(2) == null ? usual : Integer.parseInt(authority.group(2));
        String written = authority.group(1);
        String host = written.startsWith("[") ? written.substring(1, written.length() - 1) : written;
        Dial.Server server =
                new Dial.Server(host, port, new Addresses(host, directory), tls, terms.connectTimeout(), sockets);
        List<LoopPool> all = new ArrayList<>();
        LoopPool.Setting setting = new LoopPool.Setting(
                server,
                new RequestWriter(port == usual ? written : written + ":" + port),
                new Permits(terms.mostConnections()),
                terms.mostConnections(),
                terms.keptIdle(),
                Collections.unmodifiableList(all));
        for (EventLoop loop : loops) {
            LoopPool pool = new LoopPool(loop, setting);
            pools.put(loop, pool);
            all.add(pool);
        }
        openPools.set(all.size());
    }

    /**
     * Calls nobody yet.
     *
     * @param loops every loop that a home may live on
     * @param sockets makes the sockets that such loops take
     * @throws IllegalArgumentException if the terms cannot be kept; the message names the part
     * @throws UnusableCertificate if the file of trust is of no use
     */
    public static PooledCaller of(
            CallerTerms terms, Collection<EventLoop> loops, ChannelFactory<? extends Channel> sockets)
            throws UnusableCertificate {
        return of(terms, loops, sockets, InetAddress::getAllByName);
    }

    /** Looks names up elsewhere. */
    static PooledCaller of(
            CallerTerms terms,
            Collection<EventLoop> loops,
            ChannelFactory<? extends Channel> sockets,
            Addresses.Directory directory)
            throws UnusableCertificate {
        URI server = terms.server();
        boolean secure = "https".equalsIgnoreCase(server.getScheme());
        Matcher authority = AUTHORITY.matcher(Objects.requireNonNullElse(server.getRawAuthority(), ""));
        if ((!secure && !"http".equalsIgnoreCase(server.getScheme()))
                || !authority.matches()
                || (authority.group(2) != null && !isPort(authority.group(2)))) {
            throw new IllegalArgumentException("server: expected http:// or https://, a host, and a port or none");
        }
        if (terms.mostConnections() < 1) {
            throw new IllegalArgumentException(
                    "mostConnections: " + terms.mostConnections() + " (expected: 1 or more)");
        }
        return new PooledCaller(
                terms, authority, loops, sockets, directory, secure ? CallingContext.read(terms.trust()) : null);
    }

    private static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 0xFFFF;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if a part of the call could be read as something else; the message names it
     */
    @Override
    public Cancellable call(Connection home, HttpCall call, Consumer<CallOutcome> then) {
        RequestWriter.check(call);
        LoopPool pool = pools.get(((NettyConnection) home).eventLoop());
        if (pool == null) {
            throw new IllegalStateException("the home lives on a loop of another server");
        }
        PendingCall pending = new PendingCall(pool, call, then);
        pool.enter(pending);
        return pending;
    }

    /** {@return whether {@link #close()} was called} */
    public boolean isClosed() {
        return closed.get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (LoopPool pool : pools.values()) {
            boolean alive = pool.later(() -> {
                pool.close();
                poolClosed();
            });
            if (!alive) {
                poolClosed();
            }
        }
    }

    /** From then on nobody begins a handshake. */
    private void poolClosed() {
        if (openPools.decrementAndGet() == 0 && tls != null) {
            ReferenceCountUtil.release(tls);
        }
    }
}
