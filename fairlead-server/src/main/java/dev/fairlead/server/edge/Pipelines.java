// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.edge.exchange.ExchangeDispatch;
import dev.fairlead.server.edge.exchange.ExchangeDrain;
import dev.fairlead.server.edge.http.AnswerDate;
import dev.fairlead.server.edge.http.MemoryShortage;
import dev.fairlead.server.edge.http.PageDispatch;
import dev.fairlead.server.edge.http.Refusals;
import dev.fairlead.server.edge.http.RequestDeadline;
import dev.fairlead.server.edge.http.RequestDecoder;
import dev.fairlead.server.edge.http.RequestForm;
import dev.fairlead.server.edge.limits.Admission;
import dev.fairlead.server.edge.limits.OpenConnections;
import dev.fairlead.server.edge.limits.ProxyHeader;
import dev.fairlead.server.edge.tls.Certificates;
import dev.fairlead.server.edge.tls.PlainSpeech;
import dev.fairlead.server.edge.tls.TlsFailures;
import dev.fairlead.server.edge.tls.TlsPause;
import dev.fairlead.server.edge.websocket.EdgeLoop;
import dev.fairlead.server.edge.websocket.ReadBuffers;
import dev.fairlead.server.edge.websocket.UpgradeDispatch;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The order of handlers, in one place. Nothing else adds to a pipeline, but for handlers that replace themselves. */
final class Pipelines {

    static final String PROXY_DECODER = "proxy-decoder";
    static final String PROXY_HEADER = "proxy-header";
    static final String TLS_PAUSE = "tls-pause";
    static final String PLAIN_SPEECH = "plain-speech";
    static final String TLS = "tls";
    static final String TLS_FAILURES = "tls-failures";
    static final String REQUEST_DEADLINE = "request-deadline";
    static final String HTTP = "http";
    static final String REQUEST_FORM = "request-form";
    static final String ADMISSION = "admission";
    static final String UPGRADES = "upgrades";
    static final String EXCHANGES = "exchanges";
    static final String PAGES = "pages";
    static final String REFUSALS = "refusals";

    private final LimitsConfig limits;
    private final Function<EventLoop, EdgeLoop> loops;
    private final @Nullable Duration idleTimeout;
    private final ConnectionObserver observer;
    private final MemoryShortage memory;
    private final OpenConnections connections;
    private final AnswerDate date = new AnswerDate(InstantSource.system());
    private final ExchangeDispatch.Setting exchanges;

    Pipelines(
            LimitsConfig limits,
            Function<EventLoop, EdgeLoop> loops,
            @Nullable Duration idleTimeout,
            ConnectionObserver observer) {
        this.limits = limits;
        this.loops = loops;
        this.idleTimeout = idleTimeout;
        this.observer = observer;
        this.memory = new MemoryShortage(observer);
        this.connections = new OpenConnections(
                limits.maxConnections(), limits.maxConnectionsPerAddress(), limits.trustedProxies(), memory, observer);
        this.exchanges =
                new ExchangeDispatch.Setting(limits.trustedProxies(), loops, date, new ExchangeDrain(), observer);
    }

    /** {@return whether every exchange is the last of its connection} */
    ExchangeDrain exchangeDrain() {
        return exchanges.drain();
    }

    /**
     * A port for clients, listeners and senders, who are counted, and may be too many.
     *
     * @param certificates what a port that speaks TLS shows; null for a plain one
     */
    void peers(Channel channel, ListenAddress listen, @Nullable Certificates certificates, List<Route> routes) {
        boolean proxied = listen.proxyProtocol();
        if (proxied && !ProxyHeader.comesFrom(limits.trustedProxies(), channel, observer)) {
            return;
        }
        Admission admission = Admission.of(channel, proxied, connections);
        if (admission == null) {
            return;
        }
        if (proxied) { // both leave with the header
            channel.pipeline().addLast(PROXY_DECODER, new HAProxyMessageDecoder(ProxyHeader.LONGEST_ADDITIONS));
            channel.pipeline().addLast(PROXY_HEADER, new ProxyHeader(limits.handshakeTimeout(), observer));
        }
        if (certificates == null) {
            plain(channel, routes);
        } else {
            secure(channel, certificates, routes);
        }
        channel.pipeline().addAfter(REQUEST_FORM, ADMISSION, admission); // leaves with the head
    }

    /** A port that speaks HTTP/1.1 over TLS. The first is nearest the wire; what comes in, comes down the page. */
    void secure(Channel channel, Certificates certificates, List<Route> routes) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(TLS_PAUSE, new TlsPause());
        pipeline.addLast(
                PLAIN_SPEECH, new PlainSpeech(List.of(TLS_PAUSE, TLS_FAILURES, TLS))); // leaves at the first byte
        pipeline.addLast(TLS, certificates.newHandler(channel.alloc()));
        pipeline.addLast(TLS_FAILURES, new TlsFailures(observer));
        plain(channel, routes);
    }

    /** A port that speaks HTTP/1.1, or what lies behind TLS. */
    void plain(Channel channel, List<Route> routes) {
        ReadBuffers readBuffers = new ReadBuffers(channel, memory);
        channel.config().setRecvByteBufAllocator(readBuffers);
        ChannelPipeline pipeline = channel.pipeline();
        RequestDecoder decoder =
                new RequestDecoder(Math.toIntExact(limits.maxHeaderSize().bytes()));
        RequestDeadline deadline = new RequestDeadline(limits.handshakeTimeout());
        pipeline.addLast(HTTP, decoder); // leaves at an upgrade, and with the last answer
        pipeline.addLast(REQUEST_DEADLINE, deadline); // leaves with the request, unless that is an exchange
        pipeline.addLast(REQUEST_FORM, new RequestForm());
        pipeline.addLast(
                UPGRADES, // becomes EarlyBytes until the upgrade is answered, then Talk, FramePump or MessagePump
                // stands last
                new UpgradeDispatch(routes, limits.trustedProxies(), readBuffers, loops, idleTimeout, observer));
        pipeline.addLast(EXCHANGES, new ExchangeDispatch(routes, decoder, deadline, readBuffers, exchanges));
        pipeline.addLast(PAGES, new PageDispatch(routes, date));
        pipeline.addLast(
                REFUSALS, new Refusals(date, observer)); // answers whatever was thrown above; leaves at an upgrade
    }
}
