// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.mesh.wire.ErrorKind;
import dev.fairlead.mesh.wire.MeshNames;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A peer's connection with the broker: one channel that consumes, one that publishes with confirms.
 *
 * <p>The library opens a lost connection again; what was declared and consumed is set up anew here, on fresh channels, since
 * that can fail for a while: the broker may still hold the lost connection's exclusive consumer, which answers 403.
 *
 * <p>Safe from any thread. Publishing takes turns.
 */
final class Link implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.mesh");
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int HEARTBEAT_SECONDS = 60;

    /** The library's own 10 s are short for a broker that has just come back to a crowd. */
    private static final int HANDSHAKE_MILLIS = 30_000;

    /** What a service declares and consumes beside its responses. */
    interface Serving {
        void setUp(Channel channel) throws IOException;
    }

    /** The channel that publishes, and what the broker has not confirmed on it yet. */
    private record Outgoing(
            Channel channel, ConcurrentNavigableMap<Long, CompletableFuture<@Nullable Void>> unconfirmed) {

        void settled(Link link, long number, boolean multiple, boolean taken) {
            Map<Long, CompletableFuture<@Nullable Void>> settled =
                    multiple ? unconfirmed.headMap(number, true) : unconfirmed.subMap(number, true, number, true);
            settled.keySet().forEach(each -> {
                CompletableFuture<@Nullable Void> confirmed = unconfirmed.remove(each);
                if (confirmed != null && taken) {
                    link.run(() -> confirmed.complete(null));
                } else if (confirmed != null) {
                    link.run(() -> confirmed.completeExceptionally(
                            new MeshException(ErrorKind.TRANSPORT, "the broker refused the message")));
                }
            });
        }

        /** What is not confirmed may have arrived or not. */
        void lost(Link link) {
            for (var first = unconfirmed.pollFirstEntry(); first != null; first = unconfirmed.pollFirstEntry()) {
                CompletableFuture<@Nullable Void> confirmed = first.getValue();
                link.run(() -> confirmed.completeExceptionally(closedError()));
            }
        }
    }

    private final String uri;
    private final @Nullable SSLContext trust;
    private final MeshNames names;
    private final int prefetch;
    private final @Nullable Serving serving;
    private final DeliverCallback responses;
    private final Consumer<String> returned;
    private final ExecutorService executor;
    private final ScheduledThreadPoolExecutor timer;

    private final Object lifecycle = new Object();
    private final Object publishing = new Object();

    private @Nullable Connection connection;
    private volatile @Nullable Channel in;
    private volatile @Nullable Outgoing out;

    /** Whether messages go out and responses come in: so a little before a service is asked. */
    private volatile boolean usable;

    private volatile boolean ready;
    private volatile CompletableFuture<@Nullable Void> back = new CompletableFuture<>();
    private volatile boolean closed;

    /**
     * Plans a connection; {@link #open} opens it.
     *
     * @param trust what brokers of {@code amqps} show their certificates to; null for what the JVM trusts
     * @param serving null for a client
     * @param returned told the correlation of each message that no queue took, before it is confirmed
     */
    Link(
            String uri,
            @Nullable SSLContext trust,
            MeshNames names,
            int prefetch,
            @Nullable Serving serving,
            DeliverCallback responses,
            Consumer<String> returned) {
        this.uri = uri;
        this.trust = trust;
        this.names = names;
        this.prefetch = prefetch;
        this.serving = serving;
        this.responses = responses;
        this.returned = returned;
        executor = Executors.newCachedThreadPool(threads("mesh " + names.service()));
        timer = new ScheduledThreadPoolExecutor(1, threads("mesh timer " + names.service()));
        timer.setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + " " + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    MeshNames names() {
        return names;
    }

    /** {@return whether everything is set up, and stands: a channel is lost a moment before anybody is told of it} */
    boolean isReady() {
        Channel consuming = in;
        Outgoing outgoing = out;
        return ready
                && consuming != null
                && consuming.isOpen()
                && outgoing != null
                && outgoing.channel().isOpen();
    }

    /** {@return completes once everything is set up, or at once if it is} */
    CompletableFuture<@Nullable Void> whenReady() {
        CompletableFuture<@Nullable Void> next = back;
        return isReady() ? CompletableFuture.completedFuture(null) : next.copy();
    }

    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    /** Runs a task apart from the library's threads; after the close it is dropped. */
    void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException afterTheClose) {
            LOGGER.log(System.Logger.Level.DEBUG, "closed meanwhile");
        }
    }

    /**
     * Connects, declares and consumes.
     *
     * @throws MeshException with {@code NuropbTransportError} if the broker is not there, the mesh is not set up, or another
     *     peer has this service and instance
     * @throws IllegalArgumentException if the address is none
     */
    void open() {
        try {
            ConnectionFactory factory = factory();
            synchronized (lifecycle) {
                Connection opened = factory.newConnection(names.service() + "-" + names.instance());
                connection = opened;
                ((Recoverable) opened).addRecoveryListener(new RecoveryListener() {
                    @Override
                    public void handleRecovery(Recoverable recovered) {
                        run(Link.this::setUpAnew);
                    }

                    @Override
                    public void handleRecoveryStarted(Recoverable lost) {
                        down();
                    }
                });
                setUp(opened);
            }
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            close();
            throw new MeshException(ErrorKind.TRANSPORT, reason(e));
        }
    }

    private ConnectionFactory factory() {
        ConnectionFactory factory = new ConnectionFactory();
        try {
            factory.setUri(uri);
            if (factory.getVirtualHost().isEmpty()) {
                factory.setVirtualHost("/"); // as Python's library reads an address that ends in a slash
            }
            if (factory.isSSL()) {
                factory.useSslProtocol(trust == null ? SSLContext.getDefault() : trust);
                factory.enableHostnameVerification();
            }
        } catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException e) {
            close();
            throw new IllegalArgumentException("uri: no address (expected: amqp://user:password@host:port/vhost)");
        }
        factory.setAutomaticRecoveryEnabled(true);
        factory.setTopologyRecoveryEnabled(false);
        factory.setNetworkRecoveryInterval(RETRY.toMillis());
        factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        factory.setHandshakeTimeout(HANDSHAKE_MILLIS);
        factory.setThreadFactory(threads("mesh amqp " + names.service()));
        Map<String, Object> properties = new LinkedHashMap<>(factory.getClientProperties());
        properties.put("product", "Fairlead");
        properties.put("version", Envelope.VERSION);
        properties.put("protocol", Envelope.PROTOCOL);
        properties.put("name", names.service());
        properties.put("instance_id", names.instance());
        if (serving == null) {
            properties.put("client_only", "true");
        }
        factory.setClientProperties(properties);
        return factory;
    }

    /** In the order of the original, so that a second peer of this service and instance is turned away before it serves. */
    private void setUp(Connection connected) throws IOException {
        Channel consuming = connected.createChannel();
        Channel sending = connected.createChannel();
        if (consuming == null || sending == null) {
            throw new IOException("the broker gives this connection no two channels");
        }
        Outgoing outgoing = new Outgoing(sending, new ConcurrentSkipListMap<>());
        in = consuming;
        out = outgoing;
        consuming.addShutdownListener(cause -> lost(consuming, cause));
        sending.addShutdownListener(cause -> {
            outgoing.lost(this);
            lost(sending, cause);
        });
        sending.confirmSelect();
        sending.addConfirmListener(
                (number, multiple) -> outgoing.settled(this, number, multiple, true),
                (number, multiple) -> outgoing.settled(this, number, multiple, false));
        sending.addReturnListener(this::notTaken);
        consuming.queueDeclare(names.responseQueue(), false, false, true, null);
        consuming.basicQos(prefetch);
        consuming.basicConsume(
                names.responseQueue(),
                true,
                "",
                false,
                true,
                null,
                responses,
                (String consumer) -> cancelled(consuming));
        usable = true; // before the service is asked: its first responses need a way out
        if (serving != null) {
            serving.setUp(consuming);
        }
        ready = true;
        if (!isReady()) {
            throw new IOException("a channel was lost at once"); // and whoever was told of it has been overruled
        }
        CompletableFuture<@Nullable Void> awaited = back;
        back = new CompletableFuture<>();
        run(() -> awaited.complete(null));
    }

    private void setUpAnew() {
        synchronized (lifecycle) {
            Connection connected = connection;
            if (closed || ready || connected == null || !connected.isOpen()) {
                return; // it is as it is to be, or recovery comes back here
            }
            abort(in);
            Outgoing outgoing = out;
            abort(outgoing == null ? null : outgoing.channel());
            try {
                setUp(connected);
            } catch (IOException | ShutdownSignalException e) {
                down();
                LOGGER.log(
                        System.Logger.Level.INFO,
                        "the mesh does not take {0} back yet: {1}",
                        names.service(),
                        reason(e));
                later();
            }
        }
    }

    private void lost(Channel channel, ShutdownSignalException cause) {
        if (!isOurs(channel)) {
            return; // given up before
        }
        down();
        if (!cause.isHardError()) {
            later(); // the connection stands, so nobody else opens the channel again
        }
    }

    private void down() {
        ready = false;
        usable = false;
    }

    private boolean isOurs(Channel channel) {
        Outgoing outgoing = out;
        return channel.equals(in) || (outgoing != null && channel.equals(outgoing.channel()));
    }

    private static MeshException closedError() {
        return new MeshException(ErrorKind.TRANSPORT, "RMQ channel closed");
    }

    /** Somebody deleted the queue: the channel is given up, and what it had is set up anew. */
    void cancelled(Channel channel) {
        run(() -> abort(channel));
    }

    private void later() {
        try {
            Future<?> ignored = timer.schedule(() -> run(this::setUpAnew), RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException afterTheClose) {
            LOGGER.log(System.Logger.Level.DEBUG, "closed meanwhile");
        }
    }

    /**
     * Sends a message.
     *
     * @return completes when the broker has it, and fails with {@code NuropbTransportError} if that is not certain
     */
    CompletableFuture<@Nullable Void> publish(
            String exchange, String routingKey, boolean mandatory, Envelope envelope, byte[] body) {
        CompletableFuture<@Nullable Void> confirmed = new CompletableFuture<>();
        synchronized (publishing) {
            Outgoing outgoing = out;
            if (outgoing == null || !usable) {
                confirmed.completeExceptionally(closedError());
                return confirmed;
            }
            long number = outgoing.channel().getNextPublishSeqNo();
            outgoing.unconfirmed().put(number, confirmed);
            try {
                outgoing.channel().basicPublish(exchange, routingKey, mandatory, properties(envelope), body);
            } catch (IOException | AlreadyClosedException e) {
                outgoing.unconfirmed().remove(number);
                confirmed.completeExceptionally(closedError());
            }
        }
        return confirmed;
    }

    private static AMQP.BasicProperties properties(Envelope envelope) {
        return new AMQP.BasicProperties.Builder()
                .contentType(Envelope.CONTENT_TYPE)
                .headers(headers(envelope))
                .correlationId(envelope.correlationId())
                .replyTo(envelope.replyTo())
                .expiration(envelope.expiration().orElse(null))
                .build();
    }

    @SuppressWarnings("NullAway") // a header may be null on the wire; the library's map does not say so
    private static Map<String, Object> headers(Envelope envelope) {
        Map<String, Object> headers = new LinkedHashMap<>();
        envelope.headers().forEach(headers::put);
        return headers;
    }

    private void notTaken(Return message) {
        String correlation = message.getProperties().getCorrelationId();
        if (correlation == null) {
            return;
        }
        returned.accept(correlation);
    }

    /** Cancels nothing that runs; the caller has waited for it. Safe to be called again. */
    @Override
    public void close() {
        closed = true;
        down();
        timer.shutdownNow();
        synchronized (lifecycle) {
            if (connection != null) {
                connection.abort(5_000);
            }
        }
        executor.shutdown();
    }

    private static void abort(@Nullable Channel channel) {
        if (channel != null) {
            try {
                channel.abort();
            } catch (IOException | ShutdownSignalException gone) {
                LOGGER.log(System.Logger.Level.DEBUG, "the channel is gone");
            }
        }
    }

    /** What an operator can act on; the library's texts are a protocol dump. */
    private static String reason(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException signal) {
                if (signal.getReason() instanceof AMQP.Channel.Close close) {
                    return reason(close.getReplyCode(), close.getReplyText());
                } else if (signal.getReason() instanceof AMQP.Connection.Close close) {
                    return reason(close.getReplyCode(), close.getReplyText());
                }
            }
        }
        if (problem instanceof com.rabbitmq.client.PossibleAuthenticationFailureException) {
            return "the broker refuses user and password";
        }
        String text = problem.getMessage();
        return "the broker cannot be reached" + (text == null ? "" : ": " + text);
    }

    private static String reason(int code, String text) {
        return switch (code) {
            case 403 ->
                text.contains("exclusive")
                        ? "another peer has this service and instance; " + text
                        : "the broker refuses access; " + text;
            case 404 -> "the mesh is not set up; fairlead mesh init does it; " + text;
            default -> "the broker refuses: " + code + " " + text;
        };
    }
}
