// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.management.metrics;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Every meter of the server, by name. Counts what the observers are told; asks the platform for the rest when it is asked
 * itself. Safe from any thread.
 */
public final class Meters implements ConnectionObserver, RelayObserver, GatewayObserver, AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();

    private final LongAdder relayedBytes = new LongAdder();
    private final AtomicLong openConnections = gauge("fairlead.connections.open", "Connections that are open now");
    private final AtomicLong pairs = gauge("fairlead.relay.pairs", "Joined pairs of sender and listener now");
    private final AtomicLong listeners = gauge("fairlead.relay.listeners", "Control channels that are online now");
    private final AtomicLong aside = gauge(
            "fairlead.relay.listeners.aside", "Listeners that are set aside now, since they did not dial when told");
    private final AtomicLong configStale = gauge(
            "fairlead.config.stale",
            "1 while the configuration was to be read again and cannot be used, and the old one stays");
    private final AtomicLong waiting =
            gauge("fairlead.relay.senders.waiting", "Senders that wait for a listener to dial now");
    private final Counter accepted = counter("fairlead.connections.accepted", "Connections since the start");
    private final Counter joinedPairs = counter("fairlead.relay.joins", "Pairs joined since the start");
    private final Counter online = counter("fairlead.relay.listens", "Control channels opened since the start");
    private final Counter setAside =
            counter("fairlead.relay.listeners.set.aside", "Times that a listener was set aside since the start");
    private final Counter rejections = counter("fairlead.relay.rejections", "Senders that a listener turned away");
    private final AtomicLong requests =
            gauge("fairlead.relay.requests.active", "Plain HTTP requests that are being relayed now");
    private final Counter strayResponses = counter(
            "fairlead.relay.responses.stray",
            "Responses of listeners that nobody waits for: twice, late, or to no request of theirs");
    private final Timer answers = Timer.builder("fairlead.relay.requests")
            .description("From a plain HTTP request to the head of its listener's response")
            .serviceLevelObjectives(
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    Duration.ofMillis(25),
                    Duration.ofMillis(100),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(1))
            .register(registry);
    private final Counter tokensEnded =
            counter("fairlead.relay.tokens.ended", "Control channels closed because of their token");
    private final Counter silent =
            counter("fairlead.connections.silent", "Connections cut off because they answered no pings");
    private final Counter unproxied = counter(
            "fairlead.connections.unproxied",
            "Connections closed because they did not begin with the PROXY header of a trusted proxy");
    private final Counter acceptFailures = counter(
            "fairlead.connections.accept.failures",
            "Tries to accept a connection that failed, mostly for lack of file descriptors");
    private final Counter stalls =
            counter("fairlead.loops.stalled", "Event loops that did not answer for a second; the log says why");
    private final Counter shortages =
            counter("fairlead.memory.shortages", "Reads and writes that found no memory for their buffer");
    private final Timer meetings = Timer.builder("fairlead.relay.rendezvous")
            .description("From a sender's request to its listener's dial")
            .serviceLevelObjectives(
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    Duration.ofMillis(25),
                    Duration.ofMillis(100),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10))
            .register(registry);
    private final Counter handshakeFailures =
            counter("fairlead.tls.handshakes.failed", "Connections lost in their TLS handshake");
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final Map<String, Certificates> certificates = new ConcurrentHashMap<>();
    private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
    private final MeterProvider<Counter> violations = Counter.builder("fairlead.violations")
            .description("Connections cut off because they broke a rule of RFC 6455, by the close code they were told")
            .withRegistry(registry);

    /** Knows the platform's meters at once, and each of the server's own, at zero. */
    public Meters() {
        FunctionCounter.builder("fairlead.relay.bytes", relayedBytes, LongAdder::sum)
                .description("Bytes of frames passed between joined peers, headers included")
                .register(registry);
        for (Refusal refusal : Refusal.values()) {
            refusals.put(
                    refusal,
                    Counter.builder("fairlead.refusals")
                            .description("Requests turned away, by cause; the manual's page on refusals has the causes")
                            .tag("cause", refusal.label())
                            .register(registry));
        }
        for (int closeCode : List.of(CloseStatus.PROTOCOL_ERROR, CloseStatus.INVALID_DATA, CloseStatus.TOO_BIG)) {
            violations(closeCode);
        }
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        gc.bindTo(registry);
        // Two, since the loops' large buffers come from the one and all else from the other.
        new NettyAllocatorMetrics(PooledByteBufAllocator.DEFAULT).bindTo(registry);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider others) {
            new NettyAllocatorMetrics(others).bindTo(registry);
        }
    }

    private AtomicLong gauge(String name, String meaning) {
        AtomicLong value = new AtomicLong();
        Gauge.builder(name, value, AtomicLong::get).description(meaning).register(registry);
        return value;
    }

    private Counter counter(String name, String meaning) {
        return Counter.builder(name).description(meaning).register(registry);
    }

    private Counter violations(int closeCode) {
        return violations.withTag("close_code", String.valueOf(closeCode));
    }

    /** What happens at one endpoint of the gateway. */
    private static final class Endpoint {
        private final AtomicLong sessions = new AtomicLong();
        private final AtomicLong aside = new AtomicLong();
        private final Counter opened;
        private final Counter objections;
        private final Counter retries;
        private final Counter undelivered;
        private final Counter sent;
        private final Timer deliveries;

        private Endpoint(String path, PrometheusMeterRegistry registry) {
            Gauge.builder("fairlead.gateway.sessions", sessions, AtomicLong::get)
                    .description("Sessions that are open now")
                    .tag("endpoint", path)
                    .register(registry);
            Gauge.builder("fairlead.gateway.backend.aside", aside, AtomicLong::get)
                    .description(
                            "1 while a backend is left alone, since it did not take what it was told several times in a row")
                    .tag("endpoint", path)
                    .register(registry);
            opened = counter("fairlead.gateway.sessions.opened", "Sessions since the start", path, registry);
            objections = counter(
                    "fairlead.gateway.objections",
                    "Messages that a backend took, and answered that something is wrong with them",
                    path,
                    registry);
            retries = counter(
                    "fairlead.gateway.retries", "Times that a backend did not take what it was told", path, registry);
            undelivered = counter(
                    "fairlead.gateway.undelivered", "Messages that no backend took, now dead letters", path, registry);
            sent = counter("fairlead.gateway.sent", "Messages to clients", path, registry);
            deliveries = Timer.builder("fairlead.gateway.deliveries")
                    .description("From a message's arrival until the backend took it")
                    .tag("endpoint", path)
                    .serviceLevelObjectives(
                            Duration.ofMillis(1),
                            Duration.ofMillis(5),
                            Duration.ofMillis(25),
                            Duration.ofMillis(100),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(10),
                            Duration.ofMinutes(1))
                    .register(registry);
        }

        private static Counter counter(String name, String meaning, String path, PrometheusMeterRegistry registry) {
            return Counter.builder(name)
                    .description(meaning)
                    .tag("endpoint", path)
                    .register(registry);
        }
    }

    private Endpoint endpoint(String path) {
        Endpoint known = endpoints.get(path);
        return known == null ? endpoints.computeIfAbsent(path, name -> new Endpoint(name, registry)) : known;
    }

    /** How the certificates of one port stand. */
    private static final class Certificates {
        private volatile Instant expires = Instant.EPOCH;
        private volatile boolean stale;
    }

    private Certificates certificates(String port) {
        return certificates.computeIfAbsent(port, name -> {
            Certificates fresh = new Certificates();
            Gauge.builder("fairlead.tls.certificate.expires", fresh, one -> one.expires.getEpochSecond())
                    .description("When the first certificate of a port to expire does")
                    .baseUnit("seconds")
                    .tag("port", name)
                    .register(registry);
            Gauge.builder("fairlead.tls.certificate.stale", fresh, one -> one.stale ? 1 : 0)
                    .description(
                            "1 while the files of a port changed and cannot be used, and the old certificates stay")
                    .tag("port", name)
                    .register(registry);
            return fresh;
        });
    }

    /** The configuration was read again, and holds. */
    public void configRead() {
        configStale.set(0);
    }

    /** The configuration was to be read again, and cannot be used; the old one stays until {@link #configRead}. */
    public void configStale() {
        configStale.set(1);
    }

    /** {@return all meters in Prometheus' text format, version 0.0.4} */
    public String scrape() {
        return registry.scrape();
    }

    /** {@return how many joined pairs there are now} */
    public long pairs() {
        return pairs.get();
    }

    /** {@return how many control channels are online now} */
    public long listeners() {
        return listeners.get();
    }

    @Override
    public void opened() {
        accepted.increment();
        openConnections.incrementAndGet();
    }

    @Override
    public void closed() {
        openConnections.decrementAndGet();
    }

    @Override
    public void unproxied() {
        unproxied.increment();
    }

    @Override
    public void acceptFailed() {
        acceptFailures.increment();
    }

    @Override
    public void loopStalled() {
        stalls.increment();
    }

    @Override
    public void memoryShort() {
        shortages.increment();
    }

    @Override
    public void refused(Refusal refusal) {
        Counter counter = refusals.get(refusal);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void joined() {
        joinedPairs.increment();
        pairs.incrementAndGet();
    }

    @Override
    public void parted() {
        pairs.decrementAndGet();
    }

    @Override
    public void relayed(int bytes) {
        relayedBytes.add(bytes);
    }

    @Override
    public void violated(int closeCode) {
        violations(closeCode).increment();
    }

    @Override
    public void handshakeFailed() {
        handshakeFailures.increment();
    }

    @Override
    public void certificatesRead(String port, Instant expires) {
        Certificates read = certificates(port);
        read.expires = expires;
        read.stale = false;
    }

    @Override
    public void certificatesStale(String port) {
        certificates(port).stale = true;
    }

    @Override
    public void fellSilent() {
        silent.increment();
    }

    @Override
    public void listenerOnline() {
        online.increment();
        listeners.incrementAndGet();
    }

    @Override
    public void listenerOffline() {
        listeners.decrementAndGet();
    }

    @Override
    public void listenerSetAside() {
        setAside.increment();
        aside.incrementAndGet();
    }

    @Override
    public void listenerTakenBack() {
        aside.decrementAndGet();
    }

    @Override
    public void senderWaiting() {
        waiting.incrementAndGet();
    }

    @Override
    public void senderServed() {
        waiting.decrementAndGet();
    }

    @Override
    public void met(Duration waited) {
        meetings.record(waited);
    }

    @Override
    public void rejected() {
        rejections.increment();
    }

    @Override
    public void requestBegun() {
        requests.incrementAndGet();
    }

    @Override
    public void requestEnded() {
        requests.decrementAndGet();
    }

    @Override
    public void requestAnswered(Duration waited) {
        answers.record(waited);
    }

    @Override
    public void strayResponse() {
        strayResponses.increment();
    }

    @Override
    public void tokenEnded() {
        tokensEnded.increment();
    }

    @Override
    public void endpointOpened(String endpoint) {
        endpoint(endpoint);
    }

    @Override
    public void sessionOpened(String endpoint) {
        Endpoint one = endpoint(endpoint);
        one.opened.increment();
        one.sessions.incrementAndGet();
    }

    @Override
    public void sessionClosed(String endpoint) {
        endpoint(endpoint).sessions.decrementAndGet();
    }

    @Override
    public void delivered(String endpoint, Duration took) {
        endpoint(endpoint).deliveries.record(took);
    }

    @Override
    public void objected(String endpoint) {
        endpoint(endpoint).objections.increment();
    }

    @Override
    public void retried(String endpoint) {
        endpoint(endpoint).retries.increment();
    }

    @Override
    public void undelivered(String endpoint) {
        endpoint(endpoint).undelivered.increment();
    }

    @Override
    public void sent(String endpoint) {
        endpoint(endpoint).sent.increment();
    }

    @Override
    public void backendSetAside(String endpoint) {
        endpoint(endpoint).aside.set(1);
    }

    @Override
    public void backendTakenBack(String endpoint) {
        endpoint(endpoint).aside.set(0);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
