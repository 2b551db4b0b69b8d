// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.ShutdownSignalException;
import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.mesh.wire.MalformedMeshMessage;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.mesh.wire.MessageKind;
import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with the broker, as every peer of a mesh has it: its response queue, the queue of the gateway as a service,
 * and, where there are topics, a queue of its own for events, so that each of two gateways hears them. It lasts until anything
 * of it is lost, a channel or a consumer: then all of it is given up.
 *
 * <p>Two threads: the keeper of the mesh writes, and the library's own reads. That one also carries out what comes, since
 * nothing of it waits, and waking a third thread costs more than a response does. So it never writes: a broker that takes
 * nothing until something is taken from it would hold both up.
 */
final class BrokerLink implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(BrokerLink.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration WARNS_EVERY = Duration.ofMinutes(1);

    /** The gateway answers nothing but what it is, which takes no time. */
    private static final int PREFETCH = 1;

    /** What a header bears of a trace id: all headers have to fit into a frame. The body has all of it. */
    private static final int LONGEST_TRACE = 16 * 1024;

    private final RabbitMesh mesh;
    private final Connection connection;

    /** Where the library writes to; null for TLS, whose records are written one by one. */
    private final @Nullable GatheringStream stream;

    private final Channel consumer;
    private final Channel publisher;
    private final GatewayAsService service;
    private final ConcurrentNavigableMap<Long, String> unconfirmed = new ConcurrentSkipListMap<>();
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - WARNS_EVERY.toNanos());
    private volatile @Nullable String lost;

    private BrokerLink(RabbitMesh mesh, Connection connection, @Nullable GatheringStream stream) throws IOException {
        this.mesh = mesh;
        this.connection = connection;
        this.stream = stream;
        this.consumer = connection.createChannel();
        this.publisher = connection.createChannel();
        this.service = new GatewayAsService(mesh.names().service());
    }

    /**
     * Connects, and sets up what every peer has.
     *
     * @throws IOException if the broker is away, or refuses something
     * @throws TimeoutException if it does not answer in time
     */
    static BrokerLink open(ConnectionFactory factory, GatheringSockets sockets, RabbitMesh mesh)
            throws IOException, TimeoutException {
        Connection connection = null;
        try {
            connection = factory.newConnection(
                    new OnTheSpot(), "fairlead " + mesh.names().service() + " " + mesh.endpoint());
            BrokerLink link = new BrokerLink(mesh, connection, sockets.last());
            link.setUp();
            return link;
        } catch (IOException | TimeoutException | RuntimeException e) {
            if (connection != null) {
                connection.abort(Math.toIntExact(CLOSE_TIMEOUT.toMillis()));
            }
            throw e;
        }
    }

    private void setUp() throws IOException {
        connection.addShutdownListener(this::lose);
        consumer.addShutdownListener(this::lose);
        publisher.addShutdownListener(this::lose);
        connection.addBlockedListener(
                reason -> {
                    mesh.blocked(reason);
                    unconfirmed().forEach(mesh::fail);
                },
                mesh::unblocked);
        publisher.addReturnListener(returned ->
                mesh.complete(returned.getProperties().getCorrelationId(), new Mesh.Outcome.NotDelivered()));
        publisher.addConfirmListener((tag, multiple) -> confirmed(tag, multiple).clear(), (tag, multiple) -> {
            Map<Long, String> refused = confirmed(tag, multiple);
            refused.values().forEach(mesh::fail);
            refused.clear();
        });
        publisher.confirmSelect();
        MeshNames names = mesh.names();
        consumer.queueDeclare(names.responseQueue(), false, false, true, null);
        consumer.queueDeclare(
                names.serviceQueue(), true, false, false, Map.of("x-dead-letter-exchange", names.deadLetterExchange()));
        consumer.queueBind(names.serviceQueue(), names.rpcExchange(), names.service());
        consumer.basicQos(PREFETCH);
        consumer.basicConsume(
                names.responseQueue(),
                true,
                "",
                false,
                true,
                null,
                (tag, delivery) -> response(delivery),
                this::cancelled);
        consumer.basicConsume(names.serviceQueue(), false, (tag, delivery) -> asked(delivery), this::cancelled);
        if (!mesh.topics().isEmpty()) {
            String events = consumer.queueDeclare(
                            "nuropb-" + names.service() + "-" + names.instance() + "-eq", false, true, true, null)
                    .getQueue();
            for (String topic : mesh.topics()) {
                consumer.queueBind(events, names.eventsExchange(), topic);
            }
            consumer.basicConsume(
                    events, true, "", false, true, null, (tag, delivery) -> event(delivery), this::cancelled);
        }
    }

    private Map<Long, String> confirmed(long tag, boolean multiple) {
        return multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
    }

    private void cancelled(String consumerTag) {
        lose("a queue of the gateway was deleted");
    }

    private void lose(ShutdownSignalException why) {
        lose(reason(why));
    }

    private void lose(String why) {
        if (lost == null) {
            lost = why;
        }
        mesh.publish(new Outgoing.LookUp());
    }

    /**
     * Publishes until the connection is lost.
     *
     * @param outgoing what is published
     * @return why it is lost
     */
    String serve(BlockingQueue<Outgoing> outgoing) {
        while (true) {
            String why = lost;
            if (why != null) {
                return why;
            }
            try {
                switch (next(outgoing)) {
                    case Outgoing.Request request -> publish(request);
                    case Outgoing.Settlement settlement -> settle(settlement);
                    case Outgoing.LookUp _ -> {}
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "the server stops";
            } catch (IOException | RuntimeException e) {
                lose(reason(e));
            }
        }
    }

    /** What waits already leaves together; nothing waits for what is yet to come. */
    private Outgoing next(BlockingQueue<Outgoing> outgoing) throws IOException, InterruptedException {
        if (stream == null) {
            return outgoing.take();
        }
        Outgoing waiting = outgoing.poll();
        if (waiting == null) {
            stream.release();
            waiting = outgoing.take();
            stream.hold();
        }
        return waiting;
    }

    private void publish(Outgoing.Request request) throws IOException {
        if (!mesh.isWaitedFor(request.correlationId())) {
            return;
        }
        Mesh.Call call = request.call();
        Envelope envelope = Envelope.ofCall(
                MessageKind.REQUEST,
                request.correlationId(),
                mesh.names().responseQueue(),
                call.timeToLive(),
                header(call.traceId()),
                false);
        unconfirmed.put(publisher.getNextPublishSeqNo(), request.correlationId());
        publisher.basicPublish(
                mesh.names().rpcExchange(),
                call.service(),
                true,
                properties(envelope),
                bytes(call.body(request.correlationId())));
    }

    private void respond(GatewayAsService.Response response) throws IOException {
        Envelope envelope = Envelope.ofCall(
                        MessageKind.REQUEST,
                        response.correlationId(),
                        "",
                        Envelope.DEFAULT_TIME_TO_LIVE,
                        header(response.traceId()),
                        false)
                .ofResponse();
        consumer.basicPublish("", response.queue(), false, properties(envelope), bytes(response.body()));
    }

    /**
     * The answer goes out before the acknowledgement, on the same channel: if this gateway is lost between the two, whoever
     * asked is answered by another.
     */
    private void settle(Outgoing.Settlement settlement) throws IOException {
        if (settlement.link() != this) {
            return; // the broker gives the request to somebody once it misses that link
        }
        GatewayAsService.Response response = settlement.response();
        if (response != null) {
            respond(response);
        }
        if (settlement.accepted()) {
            consumer.basicAck(settlement.tag(), false);
        } else {
            consumer.basicReject(settlement.tag(), false);
        }
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.US_ASCII); // which is all that is written here
    }

    private static @Nullable Object header(Value traceId) {
        Object plain = traceId.plain();
        return plain instanceof String text && text.length() > LONGEST_TRACE ? text.substring(0, LONGEST_TRACE) : plain;
    }

    private static BasicProperties properties(Envelope envelope) {
        return new BasicProperties.Builder()
                .contentType(Envelope.CONTENT_TYPE)
                .correlationId(envelope.correlationId())
                .replyTo(envelope.replyTo())
                .headers(envelope.headers())
                .expiration(envelope.expiration().orElse(null))
                .build();
    }

    /** {@return the requests of which it is not known whether the broker has them} */
    Collection<String> unconfirmed() {
        return List.copyOf(unconfirmed.values());
    }

    private void response(Delivery delivery) {
        try {
            Envelope envelope = envelope(delivery);
            if (envelope.kind() != MessageKind.RESPONSE || envelope.encrypted()) {
                passOver("something else than a plain response");
            } else if (mesh.isWaitedFor(envelope.correlationId())) {
                mesh.complete(envelope.correlationId(), new Mesh.Outcome.Answered(Answer.read(delivery.getBody())));
            }
        } catch (MalformedMeshMessage | JsonFault malformed) {
            passOver(String.valueOf(malformed.getMessage()));
        }
    }

    private void event(Delivery delivery) {
        try {
            Envelope envelope = envelope(delivery);
            if (envelope.kind() != MessageKind.EVENT || envelope.encrypted()) {
                passOver("something else than a plain event");
            } else {
                mesh.heard(MeshEvent.read(
                        delivery.getBody(),
                        mesh.closes().contains(delivery.getEnvelope().getRoutingKey())));
            }
        } catch (MalformedMeshMessage | JsonFault malformed) {
            passOver(String.valueOf(malformed.getMessage()));
        }
    }

    /** As a service the gateway says what it is, and has nothing else to be called. */
    private void asked(Delivery delivery) {
        long tag = delivery.getEnvelope().getDeliveryTag();
        GatewayAsService.Reply reply;
        try {
            reply = service.asked(envelope(delivery), delivery.getBody());
        } catch (MalformedMeshMessage | JsonFault malformed) {
            passOver(String.valueOf(malformed.getMessage()));
            mesh.publish(new Outgoing.Settlement(this, tag, false, null));
            return;
        } catch (RuntimeException fault) {
            LOGGER.atError()
                    .addKeyValue("path", mesh.endpoint())
                    .setCause(fault)
                    .log("a message of the mesh met a fault");
            mesh.publish(new Outgoing.Settlement(this, tag, false, null));
            return;
        }
        mesh.publish(new Outgoing.Settlement(this, tag, reply.accepted(), reply.response()));
    }

    private static Envelope envelope(Delivery delivery) {
        BasicProperties properties = delivery.getProperties();
        return Envelope.read(
                properties.getHeaders(),
                properties.getCorrelationId(),
                properties.getReplyTo(),
                properties.getExpiration());
    }

    /** Anybody in the mesh can cause it at will. */
    private void passOver(String why) {
        long last = warned.get();
        long now = System.nanoTime();
        boolean loud = now - last >= WARNS_EVERY.toNanos() && warned.compareAndSet(last, now);
        (loud ? LOGGER.atWarn() : LOGGER.atDebug())
                .addKeyValue("path", mesh.endpoint())
                .log("a message of the mesh that cannot be understood is passed over: {}", why);
    }

    /** {@return why the broker cannot be used, in the words of the broker or of the system} */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (!(cause instanceof ShutdownSignalException) && cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ShutdownSignalException shutdown) {
            return switch (shutdown.getReason()) {
                case com.rabbitmq.client.AMQP.Connection.Close close -> close.getReplyText();
                case com.rabbitmq.client.AMQP.Channel.Close close -> close.getReplyText();
                case null, default -> shutdown.isInitiatedByApplication() ? "closed" : "the connection was lost";
            };
        }
        String text = cause.getMessage();
        return text == null ? cause.getClass().getSimpleName() : text;
    }

    @Override
    public void close() {
        try {
            if (stream != null) {
                stream.release(); // or the farewell is held, and waited for
            }
        } catch (IOException gone) {
            LOGGER.atDebug().setCause(gone).log("the broker is gone already");
        }
        connection.abort(Math.toIntExact(CLOSE_TIMEOUT.toMillis()));
    }
}
