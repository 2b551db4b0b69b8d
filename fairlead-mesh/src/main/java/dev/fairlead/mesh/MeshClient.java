// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import com.rabbitmq.client.Delivery;
import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.mesh.wire.ErrorKind;
import dev.fairlead.mesh.wire.FernetKey;
import dev.fairlead.mesh.wire.MalformedMeshMessage;
import dev.fairlead.mesh.wire.MeshError;
import dev.fairlead.mesh.wire.MeshMessage;
import dev.fairlead.mesh.wire.MeshMessages;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.mesh.wire.MessageKind;
import dev.fairlead.mesh.wire.SealedBody;
import dev.fairlead.mesh.wire.ServiceDescription;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Calls the services of a mesh. Safe from any thread.
 *
 * <p>Futures fail with {@link MeshException}: with the service's error, {@code NuropbNotDeliveredError} if there is no such
 * service, {@code NuropbTimeoutError} if no response came in time, or {@code NuropbTransportError} if the broker cannot be
 * reached. They complete on threads of the client.
 */
public final class MeshClient implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.mesh");

    /** How long a service may take to describe itself. */
    private static final Duration DESCRIBE_LIMIT = Duration.ofSeconds(60);

    /** Who waits for a response, or for a command to be delivered. */
    private record Asked(
            MeshCall call,
            CompletableFuture<@Nullable Object> answer,
            @Nullable FernetKey key,
            Future<?> deadline) {}

    private final Link link;
    private final boolean own;
    private final ConcurrentMap<String, Asked> waiting;
    private final ConcurrentMap<String, ServiceDescription> described = new ConcurrentHashMap<>();

    private MeshClient(Link link, boolean own, ConcurrentMap<String, Asked> waiting) {
        this.link = link;
        this.own = own;
        this.waiting = waiting;
    }

    /**
     * {@return a client with its usual names, connected}
     *
     * @param uri {@code amqp://user:password@host:port/vhost}, or {@code amqps:}, which trusts what the JVM trusts
     * @throws MeshException with {@code NuropbTransportError} if the broker cannot be reached
     */
    public static MeshClient connect(String uri) {
        return connect(uri, MeshNames.ofClient(virtualHost(uri), MeshCall.newId()));
    }

    /**
     * {@return a client with these names, connected}
     *
     * @throws MeshException with {@code NuropbTransportError} if the broker cannot be reached
     */
    public static MeshClient connect(String uri, MeshNames names) {
        return open(planned(uri, null, names, 1, null));
    }

    /**
     * {@return a client with these names, connected with a broker that has its certificate from an authority of one's own}
     *
     * @param uri {@code amqps://user:password@host:port/vhost}
     * @param trust whom to trust; the certificate must be for the host, too
     * @throws MeshException with {@code NuropbTransportError} if the broker cannot be reached, or is not trusted
     */
    public static MeshClient connect(String uri, MeshNames names, SSLContext trust) {
        return open(planned(uri, trust, names, 1, null));
    }

    private static MeshClient open(MeshClient client) {
        client.link.open();
        return client;
    }

    /** A client on the connection of a service, which is opened and closed by it. */
    static MeshClient planned(
            String uri, @Nullable SSLContext trust, MeshNames names, int prefetch, Link.@Nullable Serving serving) {
        ConcurrentMap<String, Asked> waiting = new ConcurrentHashMap<>();
        Link[] link = new Link[1];
        link[0] = new Link(
                uri,
                trust,
                names,
                prefetch,
                serving,
                (consumer, delivery) -> answered(waiting, link[0], delivery),
                correlation -> notDelivered(waiting, link[0], correlation));
        return new MeshClient(link[0], serving == null, waiting);
    }

    private static String virtualHost(String uri) {
        try {
            String path = URI.create(uri).getRawPath();
            return path == null || path.length() < 2
                    ? "/"
                    : URLDecoder.decode(path.substring(1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("uri: no address (expected: amqp://user:password@host:port/vhost)", e);
        }
    }

    Link link() {
        return link;
    }

    /** {@return whether the broker is there; if not, calls fail at once until it is back} */
    public boolean isConnected() {
        return link.isReady();
    }

    /** {@return completes as soon as the broker is there; never, if it does not come back} */
    public CompletableFuture<@Nullable Void> whenConnected() {
        return link.whenReady();
    }

    /**
     * Asks a service.
     *
     * @return what its method returned: a value of JSON
     */
    public CompletableFuture<@Nullable Object> request(MeshCall call) {
        if (!call.isEncrypted()) {
            return send(MessageKind.REQUEST, call, Optional.empty());
        }
        return key(call).thenCompose(key -> send(MessageKind.REQUEST, call, Optional.of(key)));
    }

    /** Asks a service, with the usual time-out and no context. */
    public CompletableFuture<@Nullable Object> request(
            String service, String method, Map<String, ? extends @Nullable Object> params) {
        return request(MeshCall.to(service, method).params(params));
    }

    /**
     * Tells a service to do something.
     *
     * @return completes when the broker has put the command into the service's queue
     */
    public CompletableFuture<@Nullable Void> command(MeshCall call) {
        CompletableFuture<@Nullable Object> sent = call.isEncrypted()
                ? key(call).thenCompose(key -> send(MessageKind.COMMAND, call, Optional.of(key)))
                : send(MessageKind.COMMAND, call, Optional.empty());
        return sent.thenApply(delivered -> null);
    }

    /** Publishes an event for everybody who subscribed, without context and of a trace of its own. */
    public CompletableFuture<@Nullable Void> event(String topic, @Nullable Object event) {
        String id = MeshCall.newId();
        return event(new MeshMessage.Event(topic, event, Map.of(), id, id, null));
    }

    /**
     * Publishes an event.
     *
     * @return completes when the broker has it, be there subscribers or not
     */
    public CompletableFuture<@Nullable Void> event(MeshMessage.Event event) {
        Envelope envelope = Envelope.ofEvent(event.correlationId(), event.traceId());
        return link.publish(link.names().eventsExchange(), event.topic(), false, envelope, MeshMessages.write(event));
    }

    /** {@return what a service says of itself; asked once for each client} */
    public CompletableFuture<ServiceDescription> describe(String service) {
        ServiceDescription known = described.get(service);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        return request(MeshCall.to(service, ServiceDescription.METHOD)
                        .timeToLive(DESCRIBE_LIMIT)
                        .timeout(DESCRIBE_LIMIT))
                .thenApply(document -> {
                    try {
                        ServiceDescription description = ServiceDescription.read(document);
                        described.put(service, description);
                        return description;
                    } catch (MalformedMeshMessage e) {
                        throw new MeshException(ErrorKind.MESSAGE, Objects.toString(e.getMessage()));
                    }
                });
    }

    private CompletableFuture<PublicKey> key(MeshCall call) {
        return describe(call.service())
                .thenApply(description -> description
                        .publicKey()
                        .orElseThrow(() -> new MeshException(new MeshError(
                                "ValueError",
                                "ValueError: Service public key not found for service: " + call.service()))));
    }

    private CompletableFuture<@Nullable Object> send(MessageKind kind, MeshCall call, Optional<PublicKey> service) {
        String id = MeshCall.newId();
        Envelope envelope = Envelope.ofCall(
                kind, id, link.names().responseQueue(), call.timeToLive(), call.traceId(), service.isPresent());
        byte[] plain = MeshMessages.write(
                kind == MessageKind.REQUEST
                        ? new MeshMessage.Request(
                                call.service(), call.method(), call.params(), id, call.context(), call.traceId())
                        : new MeshMessage.Command(
                                call.service(), call.method(), call.params(), id, call.context(), call.traceId()));
        FernetKey key = FernetKey.fresh();
        byte[] body = service.map(owner -> SealedBody.seal(plain, key, owner)).orElse(plain);
        CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        try {
            Future<?> deadline = link.timer()
                    .schedule(() -> expired(id, call), call.timeout().toMillis(), TimeUnit.MILLISECONDS);
            waiting.put(id, new Asked(call, answer, service.isPresent() ? key : null, deadline));
        } catch (RejectedExecutionException closed) {
            answer.completeExceptionally(new MeshException(ErrorKind.TRANSPORT, "RMQ channel closed"));
            return answer;
        }
        CompletableFuture<?> unused = link.publish(link.names().rpcExchange(), call.service(), true, envelope, body)
                .whenComplete((confirmed, problem) -> {
                    if (problem != null) {
                        fail(id, problem);
                    } else if (kind == MessageKind.COMMAND) {
                        take(waiting, id).ifPresent(asked -> asked.answer().complete(null));
                    }
                });
        return answer;
    }

    private void fail(String id, Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        take(waiting, id).ifPresent(asked -> asked.answer().completeExceptionally(cause));
    }

    private void expired(String id, MeshCall call) {
        link.run(() -> fail(
                id,
                new MeshException(
                        ErrorKind.TIMEOUT,
                        "no response of " + call.service() + "." + call.method() + " within "
                                + call.timeout().toMillis() + "ms")));
    }

    private static Optional<Asked> take(ConcurrentMap<String, Asked> waiting, String id) {
        Asked asked = waiting.remove(id);
        if (asked == null) {
            return Optional.empty();
        }
        boolean ignored = asked.deadline().cancel(false);
        return Optional.of(asked);
    }

    /** The first response that can be read counts: the original sends two for one error. */
    private static void answered(ConcurrentMap<String, Asked> waiting, Link link, Delivery delivery) {
        try {
            Envelope envelope = Deliveries.envelope(delivery);
            Asked asked = waiting.get(envelope.correlationId());
            if (asked == null || envelope.kind() != MessageKind.RESPONSE) {
                LOGGER.log(System.Logger.Level.DEBUG, "a response that nobody waits for");
                return;
            }
            byte[] body = delivery.getBody();
            if (envelope.encrypted() && asked.key() != null) {
                body = SealedBody.open(body, asked.key());
            }
            if (MeshMessages.read(envelope, body) instanceof MeshMessage.Response response) {
                take(waiting, envelope.correlationId()).ifPresent(first -> link.run(() -> complete(first, response)));
            }
        } catch (MalformedMeshMessage e) {
            LOGGER.log(System.Logger.Level.DEBUG, "a response that cannot be read: {0}", e.getMessage());
        }
    }

    private static void complete(Asked asked, MeshMessage.Response response) {
        response.meshError()
                .ifPresentOrElse(
                        error -> asked.answer().completeExceptionally(new MeshException(error)),
                        () -> asked.answer().complete(response.result()));
    }

    private static void notDelivered(ConcurrentMap<String, Asked> waiting, Link link, String correlation) {
        take(waiting, correlation)
                .ifPresent(asked -> link.run(() -> asked.answer()
                        .completeExceptionally(new MeshException(MeshError.notDelivered(
                                asked.call().service(), asked.call().method())))));
    }

    /** Disconnects; whoever still waits is told {@code NuropbTransportError}. A service's own client closes with the service. */
    @Override
    public void close() {
        if (own) {
            disconnect();
        }
    }

    void disconnect() {
        for (String id : waiting.keySet()) {
            link.run(() -> fail(id, new MeshException(ErrorKind.TRANSPORT, "RMQ channel closed")));
        }
        link.close();
    }
}
