// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.mesh.wire.MeshNames;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mesh on RabbitMQ. A thread of its own holds the connection: it connects, publishes what is asked, and when the connection
 * is lost for whatever reason it connects again, for as long as it takes. The library's own recovery is left out: it does not
 * try the first time, and gives up over what a broker refuses that has just restarted.
 *
 * <p>A request that the broker has not confirmed when the connection is lost fails at once. One that it has may still be
 * answered over the next connection, and is waited for during {@link #LATE}.
 */
final class RabbitMesh implements Mesh {

    /** How long after a loss a request that the broker had may still be answered. */
    static final Duration LATE = Duration.ofSeconds(5);

    /** All threads that AMQP needs, since none of them may be an event loop. */
    static final ThreadFactory THREADS =
            Thread.ofPlatform().daemon().name("fairlead-mesh-", 0).factory();

    private static final Logger LOGGER = LoggerFactory.getLogger(RabbitMesh.class);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration HEARTBEAT = Duration.ofSeconds(60);

    /** A short string holds no more (AMQP 0-9-1, section 4.2.5.3). */
    private static final int LONGEST_NAME_BYTES = 255;

    private final MeshNames names;
    private final List<String> topics;
    private final Set<String> closes;
    private final @Nullable Path trust;
    private final String endpoint;
    private final GatheringSockets sockets = new GatheringSockets();
    private final ConnectionFactory factory;
    private final String broker;
    private final EventListener onEvent;
    private final ConcurrentMap<String, CompletableFuture<Outcome>> waiting = new ConcurrentHashMap<>();
    private final BlockingQueue<Outgoing> outgoing = new LinkedBlockingQueue<>();
    private final Thread keeper = THREADS.newThread(this::keep);
    private volatile @Nullable String trouble;
    private volatile @Nullable BrokerLink link;
    private volatile boolean closed;

    private RabbitMesh(MeshBackendConfig config, String endpoint, EventListener onEvent) {
        this.names = MeshNames.of(config.serviceName(), MeshBackend.newId());
        this.closes = Set.copyOf(config.closes());
        this.topics = Stream.concat(config.events().stream(), config.closes().stream())
                .toList();
        this.trust = config.trust();
        this.endpoint = endpoint;
        this.onEvent = onEvent;
        this.factory = factory(config, names, sockets);
        this.broker = factory.getHost() + ":" + factory.getPort();
        this.trouble = "the broker " + broker + " is not connected yet";
    }

    /** Begins to connect. */
    static RabbitMesh begin(MeshBackendConfig config, String endpoint, EventListener onEvent) {
        RabbitMesh mesh = new RabbitMesh(config, endpoint, onEvent);
        mesh.keeper.start();
        return mesh;
    }

    /** What the library has to tell besides: losses, which are told above, and faults of ours, which end no consumer. */
    private static final class QuietFaults extends ForgivingExceptionHandler {
        @Override
        protected void log(String message, Throwable e) {
            LOGGER.atDebug().setCause(e).log("the AMQP library says: {}", message);
        }

        @Override
        public void handleConsumerException(
                Channel channel, Throwable fault, Consumer consumer, String consumerTag, String methodName) {
            LOGGER.atError().setCause(fault).log("a message of the mesh met a fault");
        }
    }

    private static ConnectionFactory factory(MeshBackendConfig config, MeshNames names, GatheringSockets sockets) {
        ConnectionFactory made = new ConnectionFactory();
        try {
            made.setUri(config.amqpUri().reveal());
            if (made.isSSL()) {
                made.enableHostnameVerification();
            } else {
                made.setSocketFactory(sockets);
            }
        } catch (URISyntaxException | GeneralSecurityException e) {
            throw new IllegalStateException("amqpUri was checked when it was read", e);
        }
        made.setAutomaticRecoveryEnabled(false);
        made.setTopologyRecoveryEnabled(false);
        made.setRequestedHeartbeat(Math.toIntExact(HEARTBEAT.toSeconds()));
        made.setConnectionTimeout(Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
        made.setHandshakeTimeout(Math.toIntExact(ANSWER_TIMEOUT.toMillis()));
        made.setChannelRpcTimeout(Math.toIntExact(ANSWER_TIMEOUT.toMillis()));
        made.setThreadFactory(THREADS);
        made.setExceptionHandler(new QuietFaults());
        Map<String, Object> properties = new HashMap<>(made.getClientProperties());
        properties.put("product", "Fairlead");
        properties.put("protocol", Envelope.PROTOCOL);
        properties.put("name", names.service());
        properties.put("instance_id", names.instance());
        made.setClientProperties(properties);
        return made;
    }

    @Override
    public @Nullable String trouble() {
        return trouble;
    }

    @Override
    public CompletableFuture<Outcome> request(Call call) {
        if (trouble != null) {
            return CompletableFuture.completedFuture(new Outcome.Away(MeshBackend.BROKER_AWAY));
        }
        if (call.service().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES) {
            return CompletableFuture.completedFuture(new Outcome.NotDelivered());
        }
        String id = MeshBackend.newId();
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        waiting.put(id, outcome);
        var _ = outcome.whenComplete((what, fault) -> waiting.remove(id, outcome));
        outgoing.add(new Outgoing.Request(id, call));
        if (trouble != null) {
            fail(id); // it was lost meanwhile, and nobody may look into the queue for a while
        }
        return outcome;
    }

    /** The request did not come to the broker. */
    void fail(String correlationId) {
        complete(correlationId, new Outcome.Away(MeshBackend.BROKER_AWAY));
    }

    /** Something came of a request; without effect if nobody waits, as for the second response that some services send. */
    void complete(String correlationId, Outcome outcome) {
        CompletableFuture<Outcome> future = waiting.get(correlationId);
        if (future != null) {
            future.complete(outcome);
        }
    }

    /** {@return whether somebody waits for an answer} */
    boolean isWaitedFor(String correlationId) {
        return waiting.containsKey(correlationId);
    }

    /** An event has come that is subscribed to. */
    void heard(MeshEvent event) {
        onEvent.heard(event);
    }

    /** The broker is short of memory or disk, and takes nothing that is published. */
    void blocked(String reason) {
        LOGGER.atWarn()
                .addKeyValue("path", endpoint)
                .log("the broker {} takes no messages, and requests fail until it does: {}", broker, reason);
        trouble = "the broker " + broker + " takes no messages: " + reason;
        failUnpublished();
    }

    /** Who publishes passes over what nobody waits for. */
    private void failUnpublished() {
        for (Outgoing one : outgoing) {
            if (one instanceof Outgoing.Request request) {
                fail(request.correlationId());
            }
        }
    }

    /** The broker takes again what is published. */
    void unblocked() {
        LOGGER.atInfo().addKeyValue("path", endpoint).log("the broker {} takes messages again", broker);
        trouble = null;
    }

    /** Has something published, after what was given before. */
    void publish(Outgoing what) {
        outgoing.add(what);
    }

    MeshNames names() {
        return names;
    }

    /** {@return the topics of all events that come to this gateway} */
    List<String> topics() {
        return topics;
    }

    /** {@return the topics whose events end connections} */
    Set<String> closes() {
        return closes;
    }

    String endpoint() {
        return endpoint;
    }

    private void keep() {
        Duration pause = SHORTEST_PAUSE;
        boolean known = false;
        while (!closed) {
            String why;
            try (BrokerLink stands = open()) {
                link = stands;
                trouble = null;
                LOGGER.atInfo().addKeyValue("path", endpoint).log("connected with the broker {}", broker);
                pause = SHORTEST_PAUSE;
                known = false;
                why = stands.serve(outgoing);
                trouble = "the broker " + broker + " is away: " + why;
                stands.unconfirmed().forEach(this::fail);
            } catch (IOException | GeneralSecurityException | TimeoutException | RuntimeException e) {
                why = BrokerLink.reason(e);
                trouble = "the broker " + broker + " is away: " + why;
            }
            link = null;
            failOthers();
            if (!closed) {
                if (!known) {
                    known = true;
                    LOGGER.atWarn()
                            .addKeyValue("path", endpoint)
                            .log("the broker {} is away, and requests fail until it is back: {}", broker, why);
                }
                double part = 1 - ThreadLocalRandom.current().nextDouble() / 2;
                LockSupport.parkNanos((long) (pause.toNanos() * part));
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
            }
        }
        trouble = "the server stops";
        waiting.keySet().forEach(this::fail);
    }

    /** Whom to trust is read anew each time, since it may have been put right meanwhile. */
    private BrokerLink open() throws IOException, GeneralSecurityException, TimeoutException {
        if (factory.isSSL()) {
            factory.useSslProtocol(BrokerTrust.read(trust)); // the library's own trusts everybody
        }
        return BrokerLink.open(factory, sockets, this);
    }

    /** Those that were not published fail at once, and the others when they are late. */
    private void failOthers() {
        for (Outgoing one = outgoing.poll(); one != null; one = outgoing.poll()) {
            if (one instanceof Outgoing.Request request) {
                fail(request.correlationId());
            }
        }
        if (!waiting.isEmpty()) {
            List<CompletableFuture<Outcome>> published = List.copyOf(waiting.values());
            CompletableFuture.delayedExecutor(LATE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() ->
                            published.forEach(outcome -> outcome.complete(new Outcome.Away(MeshBackend.BROKER_AWAY))));
        }
    }

    @Override
    public void close() {
        closed = true;
        BrokerLink stands = link;
        if (stands != null) {
            stands.close();
        }
        keeper.interrupt();
    }
}
