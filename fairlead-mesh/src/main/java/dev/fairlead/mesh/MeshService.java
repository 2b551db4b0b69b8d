// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
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
import dev.fairlead.mesh.wire.PythonJson;
import dev.fairlead.mesh.wire.SealedBody;
import dev.fairlead.mesh.wire.ServiceDescription;
import dev.fairlead.mesh.wire.ServiceKeys;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A service of a mesh: serves the {@link MeshMethod}s of an object, and handles events. Safe from any thread.
 *
 * <p>What becomes of a message:
 *
 * <pre>
 *   the method returns                    the response, then acknowledged, then the events of a {@link MeshResult}
 *   it throws {@link CallAgain}                  back to the queue; the second time dead-lettered, with NuropbCallAgainReject
 *   it throws {@link MeshException}              dead-lettered, and that error
 *   it throws anything else               dead-lettered, and NuropbException with the exception's type and text
 *   no such method, no handler            dead-lettered, and NuropbHandlingError
 *   the message cannot be understood      dead-lettered; no response
 * </pre>
 *
 * <p>Only requests are answered; commands and events go the same way in silence. All instances of a service share its queue.
 *
 * <p>A response that the broker does not confirm is sent again once the broker is back, and what is not acknowledged is delivered
 * again: a service may be asked, and answer, more than once. Who asks takes the first answer.
 */
public final class MeshService implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.mesh");

    /** How often something is sent that the broker does not confirm: it may be what it does not take, and not the line. */
    private static final int TRIES = 3;

    /** What a subscription is, and who takes its events. */
    private record Subscription(TopicPattern pattern, EventHandler handler) {}

    /** A message on its way through the service. */
    private record Taken(Channel channel, Delivery delivery, Envelope envelope, Optional<FernetKey> key) {
        long tag() {
            return delivery.getEnvelope().getDeliveryTag();
        }
    }

    private final MeshNames names;
    private final ServedMethods methods;
    private final List<Subscription> subscriptions;
    private final Optional<Authorizer> authorizer;
    private final String authorizationKey;
    private final Optional<KeyPair> keys;
    private final ServiceDescription description;
    private final Duration closeTimeout;
    private final MeshClient client;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition finished = lock.newCondition();
    private int working;
    private volatile boolean closing;
    private volatile @Nullable String consumer;
    private volatile @Nullable Channel consuming;

    private MeshService(Builder builder) {
        names = builder.names.orElseGet(() -> MeshNames.of(builder.service, builder.instance));
        methods = new ServedMethods(builder.target);
        subscriptions = List.copyOf(builder.subscriptions);
        authorizer = builder.authorizer;
        authorizationKey = builder.authorizationKey;
        keys = builder.keys.or(
                () -> methods.anyRequiresEncryption() ? Optional.of(ServiceKeys.fresh()) : Optional.empty());
        closeTimeout = builder.closeTimeout;
        description = new ServiceDescription(
                names.service(),
                builder.version,
                builder.description,
                methods.anyRequiresEncryption()
                        ? keys.map(pair -> ServiceKeys.pem(pair.getPublic()))
                        : Optional.empty(),
                methods.descriptions());
        client = MeshClient.planned(builder.uri, builder.trust, names, builder.prefetch, this::setUp);
    }

    /**
     * {@return a builder}
     *
     * @param uri {@code amqp://user:password@host:port/vhost}, or {@code amqps:}, which trusts what the JVM trusts unless
     *     told otherwise
     * @param service the name by which the mesh calls it
     * @param target whose annotated methods are served
     */
    public static Builder builder(String uri, String service, Object target) {
        return new Builder(uri, service, target);
    }

    /** {@return whether the broker is there and the service consumes} */
    public boolean isConnected() {
        return client.isConnected();
    }

    /** {@return completes as soon as the broker is there; never, if it does not come back} */
    public CompletableFuture<@Nullable Void> whenConnected() {
        return client.link().whenReady();
    }

    /** {@return what the service says of itself} */
    public ServiceDescription description() {
        return description;
    }

    /** {@return a client on the service's own connection, which closes with the service} */
    public MeshClient client() {
        return client;
    }

    private void setUp(Channel channel) throws IOException {
        channel.queueDeclare(
                names.serviceQueue(), true, false, false, Map.of("x-dead-letter-exchange", names.deadLetterExchange()));
        channel.queueBind(names.serviceQueue(), names.rpcExchange(), names.service());
        for (Subscription subscription : subscriptions) {
            channel.queueBind(
                    names.serviceQueue(),
                    names.eventsExchange(),
                    subscription.pattern().text());
        }
        consuming = channel;
        consumer = channel.basicConsume(
                names.serviceQueue(),
                false,
                (String tag, Delivery delivery) -> take(channel, delivery),
                (String tag) -> client.link().cancelled(channel));
    }

    private void take(Channel channel, Delivery delivery) {
        lock.lock();
        try {
            working++;
        } finally {
            lock.unlock();
        }
        client.link().run(() -> {
            try {
                serve(channel, delivery);
            } catch (RuntimeException | IOException e) {
                // The broker gives the message to somebody once it misses this channel.
                LOGGER.log(System.Logger.Level.DEBUG, "a message cannot be finished: {0}", e.getMessage());
                done();
            }
        });
    }

    private void done() {
        lock.lock();
        try {
            working--;
            finished.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends in {@link #done}, or in an exception, just once. */
    private void serve(Channel channel, Delivery delivery) throws IOException {
        Taken taken;
        byte[] body;
        try {
            Envelope envelope = Deliveries.envelope(delivery);
            Optional<SealedBody> sealed = sealed(envelope, delivery.getBody());
            taken = new Taken(channel, delivery, envelope, sealed.map(SealedBody::key));
            body = sealed.map(SealedBody::plain).orElse(delivery.getBody());
        } catch (MalformedMeshMessage | IllegalArgumentException e) {
            bury(channel, delivery, e);
            return;
        }
        MeshMessage message;
        try {
            message = MeshMessages.read(taken.envelope(), body);
        } catch (MalformedMeshMessage e) {
            if (taken.envelope().kind() == MessageKind.REQUEST && e.answer().isPresent()) {
                failed(taken, Map.of(), e.answer().get());
            } else {
                bury(channel, delivery, e);
            }
            return;
        }
        if (message instanceof MeshMessage.Request request) {
            called(taken, request.method(), request.params(), request.context());
        } else if (message instanceof MeshMessage.Command command) {
            called(taken, command.method(), command.params(), command.context());
        } else if (message instanceof MeshMessage.Event event) {
            handle(taken, event);
        }
    }

    /** {@return what is sealed, opened; an event never is, whatever its header says} */
    private Optional<SealedBody> sealed(Envelope envelope, byte[] body) {
        if (envelope.kind() == MessageKind.RESPONSE) {
            throw new IllegalArgumentException("nuropb_type: a response in a service's queue");
        }
        if (envelope.kind() == MessageKind.REQUEST && envelope.replyTo().isEmpty()) {
            throw new IllegalArgumentException("reply_to: none");
        }
        if (!envelope.encrypted() || envelope.kind() == MessageKind.EVENT) {
            return Optional.empty();
        }
        return Optional.of(SealedBody.open(
                body,
                keys.orElseThrow(() -> new IllegalArgumentException("this service has no key"))
                        .getPrivate()));
    }

    private void bury(Channel channel, Delivery delivery, RuntimeException reason) throws IOException {
        LOGGER.log(System.Logger.Level.DEBUG, "a message is dead-lettered: {0}", reason.getMessage());
        channel.basicReject(delivery.getEnvelope().getDeliveryTag(), false);
        done();
    }

    private void handle(Taken taken, MeshMessage.Event event) throws IOException {
        Optional<Subscription> subscription = subscriptions.stream()
                .filter(candidate -> candidate.pattern().matches(event.topic()))
                .findFirst();
        Map<String, @Nullable Object> values = members(event.context());
        if (subscription.isEmpty()) {
            failed(taken, values, MeshError.of(ErrorKind.HANDLING, "no event handler"));
            return;
        }
        try {
            subscription.get().handler().onEvent(event, context(taken, values, Map.of()));
        } catch (Throwable problem) { // whatever it is, the message has an end
            ended(taken, "_handle_event_", values, problem);
            return;
        }
        succeeded(taken, values, null);
    }

    private void called(Taken taken, String method, @Nullable Object params, @Nullable Object context)
            throws IOException {
        Map<String, @Nullable Object> values = members(context);
        if (method.equals(ServiceDescription.METHOD)) {
            succeeded(taken, values, description.json());
            return;
        }
        Optional<ServedMethods.Served> served = methods.find(method);
        if (served.isEmpty()) {
            failed(taken, values, MeshError.unknownMethod(method));
            return;
        }
        Object result;
        try {
            Map<String, @Nullable Object> claims =
                    served.get().wantsAuthorization() ? claims(values, method) : Map.of();
            @Nullable Object[] arguments = arguments(served.get(), method, params, context(taken, values, claims));
            result = served.get().call(arguments);
        } catch (Throwable problem) { // whatever it is, the message has an end
            ended(taken, method, values, problem);
            return;
        }
        if (result instanceof CompletionStage<?> stage) {
            CompletionStage<?> unused =
                    stage.whenComplete((value, problem) -> client.link().run(() -> {
                        try {
                            if (problem == null) {
                                succeeded(taken, values, value);
                            } else {
                                ended(taken, method, values, problem);
                            }
                        } catch (RuntimeException | IOException e) {
                            LOGGER.log(System.Logger.Level.DEBUG, "a message cannot be finished: {0}", e.getMessage());
                            done();
                        }
                    }));
        } else {
            succeeded(taken, values, result);
        }
    }

    private @Nullable Object[] arguments(
            ServedMethods.Served served, String method, @Nullable Object params, MeshContext context) {
        try {
            if (params instanceof Map<?, ?> byName) {
                return served.arguments(byName, context);
            }
            throw new IllegalArgumentException(method + "() argument after ** must be a mapping");
        } catch (IllegalArgumentException unfit) {
            throw new MeshException(
                    MeshError.failed(names.service(), method, "TypeError", Objects.toString(unfit.getMessage())));
        }
    }

    private Map<String, @Nullable Object> claims(Map<String, @Nullable Object> values, String method) {
        if (!(values.get(authorizationKey) instanceof String token)) {
            throw new MeshException(ErrorKind.AUTHENTICATION, "no " + authorizationKey + " in the context");
        }
        return authorizer
                .orElseThrow(() -> new MeshException(ErrorKind.AUTHORIZATION, "nobody decides who may call"))
                .authorize(token, method);
    }

    private static MeshContext context(
            Taken taken, Map<String, @Nullable Object> values, Map<String, @Nullable Object> claims) {
        return new MeshContext(
                taken.envelope(), values, claims, taken.delivery().getEnvelope().isRedeliver());
    }

    private static Map<String, @Nullable Object> members(@Nullable Object context) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (context instanceof Map<?, ?> map) {
            map.forEach((key, value) -> members.put(String.valueOf(key), value));
        }
        return members;
    }

    private void ended(Taken taken, String method, Map<String, @Nullable Object> context, Throwable problem)
            throws IOException {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        if (cause instanceof CallAgain) {
            if (taken.delivery().getEnvelope().isRedeliver()) {
                failed(
                        taken,
                        context,
                        MeshError.calledAgainTwice(
                                taken.envelope().traceId(), taken.envelope().correlationId()));
            } else {
                taken.channel().basicNack(taken.tag(), false, true);
                done();
            }
        } else if (cause instanceof MeshException known) {
            failed(taken, context, known.error());
        } else {
            LOGGER.log(System.Logger.Level.WARNING, "{0}.{1} failed: {2}", names.service(), method, cause.toString());
            failed(
                    taken,
                    context,
                    MeshError.failed(
                            names.service(),
                            method,
                            cause.getClass().getSimpleName(),
                            Objects.toString(cause.getMessage(), "")));
        }
    }

    private void succeeded(Taken taken, Map<String, @Nullable Object> context, @Nullable Object returned) {
        MeshResult result = returned instanceof MeshResult rich ? rich : MeshResult.of(returned);
        Envelope envelope = taken.envelope();
        byte[] body;
        List<MeshMessage.Event> events = new ArrayList<>();
        try {
            body = MeshMessages.write(MeshMessage.Response.succeeded(
                    Conversion.toJson(result.value()),
                    envelope.correlationId(),
                    envelope.traceId(),
                    context,
                    envelope.replyTo()));
            for (MeshResult.Published event : result.events()) {
                MeshMessage.Event published = new MeshMessage.Event(
                        event.topic(),
                        Conversion.toJson(event.event()),
                        context,
                        envelope.traceId(),
                        envelope.correlationId(),
                        Conversion.toJson(event.target()));
                String ignored = PythonJson.write(published.event());
                events.add(published);
            }
        } catch (IllegalArgumentException noJson) {
            failed(taken, context, MeshError.of(ErrorKind.EXCEPTION, "the result has no form in JSON"));
            return;
        }
        end(taken, true, body, events);
    }

    private void failed(Taken taken, Map<String, @Nullable Object> context, MeshError error) {
        Envelope envelope = taken.envelope();
        byte[] body = MeshMessages.write(MeshMessage.Response.failed(
                error, envelope.correlationId(), envelope.traceId(), context, envelope.replyTo()));
        end(taken, false, body, List.of());
    }

    /**
     * A response goes out before the acknowledgement: if the service is lost between the two, another is asked, and nobody
     * waits in vain.
     */
    private void end(Taken taken, boolean accepted, byte[] response, List<MeshMessage.Event> events) {
        Runnable after = () -> {
            if (isSettled(taken, accepted)) {
                events.forEach(event -> insist("an event", () -> client.event(event), () -> {}, 1));
            }
            done();
        };
        if (taken.envelope().kind() == MessageKind.REQUEST) {
            byte[] sealed = taken.key()
                    .map(key ->
                            SealedBody.seal(response, key, keys.orElseThrow().getPublic()))
                    .orElse(response);
            insist("a response", () -> respond(taken.envelope(), sealed), after, 1);
        } else {
            after.run();
        }
    }

    private CompletableFuture<@Nullable Void> respond(Envelope request, byte[] body) {
        return client.link().publish("", request.replyTo(), false, request.ofResponse(), body);
    }

    /** {@return whether the broker is told; if not, it delivers the message again} */
    private static boolean isSettled(Taken taken, boolean accepted) {
        try {
            if (accepted) {
                taken.channel().basicAck(taken.tag(), false);
            } else {
                taken.channel().basicReject(taken.tag(), false);
            }
            return true;
        } catch (IOException | AlreadyClosedException gone) {
            LOGGER.log(System.Logger.Level.DEBUG, "the channel is gone");
            return false;
        }
    }

    /**
     * Sends something, and again whenever the broker is back without having confirmed it.
     *
     * @param sent done once it is on its way, or given up
     */
    private void insist(String what, Supplier<CompletableFuture<@Nullable Void>> sending, Runnable sent, int attempt) {
        CompletableFuture<@Nullable Void> confirmed = sending.get();
        boolean gone = !confirmed.isCompletedExceptionally();
        boolean last = attempt == TRIES;
        if (gone || last) {
            sent.run();
        }
        Runnable next = gone ? () -> {} : sent;
        CompletionStage<?> unused = confirmed.whenComplete((done, problem) -> {
            if (problem != null && last) {
                LOGGER.log(System.Logger.Level.WARNING, "{0} is lost: {1}", what, problem.getMessage());
            } else if (problem != null) {
                CompletionStage<?> ignored =
                        client.link().whenReady().thenRun(() -> insist(what, sending, next, attempt + 1));
            }
        });
    }

    /** Takes no more messages, waits for those at work, and disconnects. What is not finished in time is delivered again. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        Channel channel = consuming;
        String tag = consumer;
        if (channel != null && tag != null) {
            try {
                channel.basicCancel(tag);
            } catch (IOException | AlreadyClosedException gone) {
                LOGGER.log(System.Logger.Level.DEBUG, "the channel is gone");
            }
        }
        await();
        client.disconnect();
    }

    private void await() {
        long left = closeTimeout.toNanos();
        lock.lock();
        try {
            while (working > 0 && left > 0) {
                left = finished.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** What a service is to be. */
    public static final class Builder {

        private final String uri;
        private final String service;
        private final Object target;
        private final List<Subscription> subscriptions = new ArrayList<>();
        private String instance = MeshCall.newId();
        private Optional<MeshNames> names = Optional.empty();
        private int prefetch = 1;
        private String version = "";
        private String description = "";
        private Optional<Authorizer> authorizer = Optional.empty();
        private String authorizationKey = "Authorization";
        private Optional<KeyPair> keys = Optional.empty();
        private @Nullable SSLContext trust;
        private Duration closeTimeout = Duration.ofSeconds(10);

        private Builder(String uri, String service, Object target) {
            this.uri = Objects.requireNonNull(uri, "uri");
            this.service = Objects.requireNonNull(service, "service");
            this.target = Objects.requireNonNull(target, "target");
        }

        /** Names the instance; random unless told. Two peers of one service and instance cannot both be connected. */
        public Builder instance(String id) {
            instance = id;
            return this;
        }

        /** Overrides names, the service's and the instance's among them. */
        public Builder names(MeshNames all) {
            names = Optional.of(all);
            return this;
        }

        /**
         * Bounds how many messages the service works on at once.
         *
         * @param messages 1 to 65,535; 1 unless told, as the original
         */
        public Builder prefetch(int messages) {
            if (messages < 1 || messages > 65_535) {
                throw new IllegalArgumentException("prefetch: " + messages + " (expected: 1 to 65535)");
            }
            prefetch = messages;
            return this;
        }

        /** Says which version the service is, in its description. */
        public Builder version(String text) {
            version = text;
            return this;
        }

        /** Says what the service is for, in its description. */
        public Builder description(String text) {
            description = text;
            return this;
        }

        /**
         * Subscribes to events. Of several patterns that match a topic the first one's handler has the event.
         *
         * @param pattern a topic pattern of AMQP: {@code *} for one word, {@code #} for any number of them
         */
        public Builder onEvent(String pattern, EventHandler handler) {
            subscriptions.add(new Subscription(new TopicPattern(pattern), handler));
            return this;
        }

        /** Decides who may call the methods that ask for it; without one nobody may. */
        public Builder authorizer(Authorizer decides) {
            authorizer = Optional.of(decides);
            return this;
        }

        /** Names the key of the context under which callers put their token; {@code Authorization} unless told. */
        public Builder authorizationKey(String key) {
            authorizationKey = key;
            return this;
        }

        /** Gives the RSA keys for sealed messages; fresh ones unless told. Instances of one service need the same. */
        public Builder keys(KeyPair pair) {
            keys = Optional.of(pair);
            return this;
        }

        /** Sets whom to trust as a broker of {@code amqps}; what the JVM trusts unless told. Its certificate must be for the host. */
        public Builder sslContext(SSLContext context) {
            trust = Objects.requireNonNull(context, "context");
            return this;
        }

        /** Bounds how long a close waits for messages at work; 10 s unless told. */
        public Builder closeTimeout(Duration limit) {
            closeTimeout = limit;
            return this;
        }

        /**
         * {@return the service, connected}
         *
         * @throws MeshException with {@code NuropbTransportError} if the broker cannot be reached, the mesh is not set up, or
         *     another peer has this service and instance
         * @throws IllegalArgumentException if a method cannot be served
         */
        public MeshService start() {
            MeshService started = new MeshService(this);
            started.client.link().open();
            return started;
        }
    }
}
