// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.config.Change;
import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.connection.HttpCaller;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.edge.Edge;
import dev.fairlead.server.edge.ListenAddress;
import dev.fairlead.server.edge.tls.Certificates;
import dev.fairlead.server.edge.tls.TlsConfig;
import dev.fairlead.server.edge.tls.UnusableCertificate;
import dev.fairlead.server.gateway.GatewayService;
import dev.fairlead.server.gateway.backend.UnusableBackend;
import dev.fairlead.server.management.ManagementPages;
import dev.fairlead.server.management.health.Health;
import dev.fairlead.server.management.metrics.Meters;
import dev.fairlead.server.relay.RelayService;
import dev.fairlead.server.security.Authorizer;
import dev.fairlead.server.settings.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running server. Its ports are open when {@link #start} returns, and closed when {@link #drain} or {@link #close}
 * does. Safe from any thread.
 */
public final class FairleadServer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(FairleadServer.class);

    /** What dismissed peers are given to hear the last frame. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(20);

    private volatile ServerConfig config;
    private final Health health = new Health(this::troubles);
    private final Meters meters = new Meters();
    private final Edge edge;
    private final RelayService relay;
    private final GatewayService gateway;
    private final List<URI> relayAddresses = new ArrayList<>();
    private @Nullable URI managementAddress;

    /** With port 0 until the system has chosen one, which no client knows sooner. */
    private volatile URI firstAddress;

    private final ReentrantLock drains = new ReentrantLock();
    private volatile boolean closed;

    private FairleadServer(ServerConfig config, InstantSource clock) {
        this.config = config;
        Authorizer authorizer = new Authorizer(config.keys(), config.relay().clockSkew(), clock);
        this.relay = new RelayService(
                config.relay(), config.namespace(), config.gateway()::answers, authorizer, clock, meters);
        this.edge = new Edge(
                config.limits(), config.relay().pingInterval(), config.relay().idleTimeout(), meters);
        ListenAddress first = config.listen().getFirst();
        this.firstAddress = uri(first.tls() == null ? "http" : "https", first.address(), first.address());
        try {
            this.gateway = new GatewayService(
                    config.gateway(), config.dataDirectory(), clock, meters, () -> firstAddress, this::caller);
        } catch (StartException | UnusableBackend e) {
            edge.close();
            meters.close();
            throw e instanceof StartException known ? known : new StartException(String.valueOf(e.getMessage()), e);
        }
        try {
            if (config.has(ServerConfig.Part.MANAGEMENT)) {
                List<Route> pages = List.of(
                        new Route.Pages("/", new ManagementPages(config.management(), health, meters, authorizer)));
                InetSocketAddress management = config.management().address();
                managementAddress = uri(
                        "http", management, open(management, "management.address", () -> edge.open(management, pages)));
            }
            List<Route> routes = new ArrayList<>(gateway.routes());
            if (config.has(ServerConfig.Part.RELAY)) {
                routes.add(new Route.Upgrades("/", relay));
                routes.add(new Route.Exchanges("/", relay.plainRequests()));
            } else {
                routes.add(GatewayService.elsewhere());
            }
            for (ListenAddress listen : config.listen()) {
                relayAddresses.add(open(listen, routes, clock));
                firstAddress = relayAddresses.getFirst();
            }
        } catch (StartException e) {
            close();
            throw e;
        }
        health.ready();
    }

    /**
     * Starts a server.
     *
     * @throws StartException if a port cannot be had
     */
    public static FairleadServer start(ServerConfig config) {
        return start(config, InstantSource.system());
    }

    /**
     * Starts a server that takes the time from elsewhere.
     *
     * @param clock tells when tokens expire; timers run by the system's time all the same
     * @throws StartException if a port cannot be had
     */
    public static FairleadServer start(ServerConfig config, InstantSource clock) {
        return new FairleadServer(config, clock);
    }

    private List<String> troubles() {
        return gateway.troubles();
    }

    private HttpCaller caller(CallerTerms terms) {
        try {
            return edge.caller(terms);
        } catch (UnusableCertificate e) {
            throw new StartException("trust: " + terms.trust() + " cannot be used: " + e.why(), e);
        }
    }

    private URI open(ListenAddress listen, List<Route> routes, InstantSource clock) {
        TlsConfig tls = listen.tls();
        if (tls == null) {
            return uri(
                    "http", listen.address(), open(listen.address(), "listen", () -> edge.open(listen, null, routes)));
        }
        String port = HostPort.print(listen.address());
        Certificates certificates;
        try {
            certificates = Certificates.read(tls, port, config.limits().handshakeTimeout(), meters, clock);
        } catch (UnusableCertificate e) {
            throw new StartException("listen: " + port + " cannot be opened: " + e.why(), e);
        }
        return uri(
                "https",
                listen.address(),
                open(listen.address(), "listen", () -> edge.open(listen, certificates, routes)));
    }

    /** Opens one port. */
    @FunctionalInterface
    private interface Opening {
        InetSocketAddress open() throws IOException;
    }

    private static InetSocketAddress open(InetSocketAddress address, String key, Opening opening) {
        try {
            return opening.open();
        } catch (IOException e) {
            throw new StartException(
                    key + ": " + address.getHostString() + ":" + address.getPort() + " cannot be opened ("
                            + e.getMessage() + "); see who has the port, or choose another",
                    e);
        }
    }

    /** By the name that the operator gave, which is what a certificate is for. */
    private static URI uri(String scheme, InetSocketAddress written, InetSocketAddress bound) {
        String host = written.getHostString();
        return URI.create(scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + bound.getPort());
    }

    /** {@return where clients, listeners and senders connect, with the ports that were opened} */
    public List<URI> relayAddresses() {
        return List.copyOf(relayAddresses);
    }

    /**
     * {@return where the management pages are}
     *
     * @throws IllegalStateException if the server has none
     */
    public URI managementAddress() {
        if (managementAddress == null) {
            throw new IllegalStateException("the server has no management");
        }
        return managementAddress;
    }

    /**
     * Takes over another configuration, as far as that goes while the server runs: the keys that the manual says hold at
     * once. The log tells what was taken over, and what waits for a restart. Whoever is joined notices nothing; a listener
     * loses its control channel only where its hybrid connection (1001) or its key (1008) is gone. Without effect once the
     * server is closed.
     *
     * @return both, compared with what the server runs with now
     */
    public synchronized Reload reload(ServerConfig next) {
        if (closed) {
            return new Reload(List.of(), List.of());
        }
        Map<Boolean, List<Change>> changes =
                Change.between(config, next).stream().collect(Collectors.partitioningBy(Change::live));
        Reload reload = new Reload(changes.getOrDefault(true, List.of()), changes.getOrDefault(false, List.of()));
        if (!reload.applied().isEmpty()) {
            config = config.withLiveOf(next);
            relay.reload(config.relay(), config.keys());
        }
        meters.configRead();
        LOGGER.atInfo().log("configuration read again; changed: {}", listed(reload.applied()));
        if (!reload.waiting().isEmpty()) {
            LOGGER.atWarn()
                    .log(
                            "what changed here waits for a restart, and stays as it was until then: {}",
                            listed(reload.waiting()));
        }
        return reload;
    }

    private static String listed(List<Change> changes) {
        return changes.isEmpty()
                ? "nothing"
                : changes.stream().map(Change::toString).collect(Collectors.joining(", "));
    }

    /**
     * Goes on with the configuration that it has, since the next one cannot be used: the log tells every problem, and a
     * meter says that the configuration is stale until {@link #reload}.
     */
    public void refuse(ConfigException next) {
        meters.configStale();
        next.problems()
                .forEach(problem -> LOGGER.atError()
                        .log(
                                "changed configuration cannot be used, and the old one stays: {}: {}",
                                next.what(),
                                problem));
    }

    /**
     * Goes down in order: not ready any more, nobody new taken, listeners sent away with 1001, one after the other within a
     * third of {@code drainTimeout}, joined pairs, requests in flight and senders in waiting left alone for {@code drainTimeout} or until they are done; then dismisses who is still there, and closes.
     * Returns when all is closed; one who calls while another drains waits for the same end. {@link #close} cuts it short.
     */
    public void drain() {
        drains.lock();
        try {
            if (!closed) {
                drainOnce();
            }
        } finally {
            drains.unlock();
        }
    }

    private void drainOnce() {
        health.draining();
        Duration drainTimeout = config.drainTimeout();
        unlessClosed(() -> {
            relay.stop(drainTimeout);
            gateway.stop(drainTimeout);
            edge.drainExchanges();
        });
        LOGGER.atInfo().log(
                "draining: {} listeners and {} sessions are sent away, {} pairs are joined",
                meters.listeners(),
                gateway.openSessions(),
                meters.pairs());
        await(
                drainTimeout,
                () -> meters.pairs() == 0
                        && gateway.openSessions() == 0
                        && relay.waiting() == 0
                        && relay.listenersToBeSentAway() == 0
                        && !edge.isParting());
        unlessClosed(() -> {
            relay.turnWaitingAway();
            gateway.abandon();
            edge.dismissPairs(CloseStatus.clipped(CloseStatus.GOING_AWAY, "The relay is stopping"));
        });
        await(
                LAST_WORDS,
                () -> meters.pairs() == 0
                        && gateway.openSessions() == 0
                        && relay.waiting() == 0
                        && meters.listeners() == 0
                        && relay.refusalsWaiting() == 0
                        && !edge.isParting());
        close();
    }

    /** Event loops that have ended take nothing more; so whoever closes waits for the step, or the step is left out. */
    private synchronized void unlessClosed(Runnable step) {
        if (!closed) {
            step.run();
        }
    }

    /** Looks now and then: a drain is rare, and no part needs to know that somebody waits for it. */
    private void await(Duration limit, BooleanSupplier quiet) {
        long end = System.nanoTime() + limit.toNanos();
        // Twice, since a meeting that becomes a pair is neither for a moment.
        for (int quietLooks = 0; quietLooks < 2 && !closed && System.nanoTime() < end; ) {
            LockSupport.parkNanos(LOOK.toNanos());
            quietLooks = quiet.getAsBoolean() ? quietLooks + 1 : 0;
        }
    }

    /** Closes every port and connection at once; without effect the second time. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            edge.close();
            gateway.close();
            meters.close();
        }
    }
}
