// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.service;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.Sender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A service on a typed message bus: a class whose methods with {@link MessageType} hear messages.
 *
 * <pre>
 *   public final class Clock extends BusService {
 *       &#64;MessageType("time-request")
 *       public void time(BusMessage request) {
 *           answer(request, "time-response", Map.of("now", Instant.now().toString()));
 *       }
 *   }
 *
 *   BusService clock = new Clock().joinTo(bus);
 * </pre>
 *
 * <p>Messages are heard one at a time, on a thread of the service. What is sent may be sent from any thread; what could not be
 * sent is logged, and the future of it fails with a {@link dev.fairlead.bus.BusException}. Contents are a {@link Content}, or
 * plain values as {@link Content#of} takes them.
 */
public abstract class BusService implements AutoCloseable {

    /** The type of messages that bring another message to clients. */
    public static final String TO_CLIENTS = "net-send";

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final Object lock = new Object();
    private final Sender.Service self;
    private final HeardTypes heard;
    private @Nullable Membership membership;
    private boolean closed;

    /**
     * Makes a service that bears the simple name of its class.
     *
     * @throws IllegalArgumentException if a method cannot hear messages, none does, or the class has no such name
     */
    protected BusService() {
        this("");
    }

    /**
     * Makes a service.
     *
     * @param name without the prefix, e.g. {@code Filesystem}: 1 to 100 letters, digits, {@code _} and {@code -}; empty for
     *     the simple name of the class
     * @throws IllegalArgumentException if a method cannot hear messages, none does, or the name cannot be
     */
    protected BusService(String name) {
        self = new Sender.Service(name.isEmpty() ? getClass().getSimpleName() : name);
        heard = new HeardTypes(getClass());
        Member unused = member(Member.Reach.ONE_INSTANCE); // tells a name or a type that cannot be at once
    }

    private Member member(Member.Reach reach) {
        return new Member(self.name(), heard.types(), reach);
    }

    /** {@return the name, without the prefix} */
    public final String name() {
        return self.name();
    }

    /**
     * Joins a bus, which several instances of the service may do: they share its messages.
     *
     * @return the service
     * @throws IllegalStateException if the service has joined one before, or the bus is closed
     */
    public final BusService joinTo(MessageBus bus) {
        return joinTo(bus, Member.Reach.ONE_INSTANCE);
    }

    /**
     * Joins a bus.
     *
     * @param reach whether instances of the service share messages, or each hears all
     * @return the service
     * @throws IllegalStateException if the service has joined one before, or the bus is closed
     */
    public final BusService joinTo(MessageBus bus, Member.Reach reach) {
        synchronized (lock) {
            if (closed || membership != null) {
                throw new IllegalStateException("service: " + name() + " has joined before (expected: once)");
            }
            membership = bus.join(member(reach), message -> heard.hear(this, message));
        }
        return this;
    }

    private Membership joined() {
        Membership place;
        synchronized (lock) { // a message that waited may be heard before the membership is here
            place = membership;
        }
        if (place == null) {
            throw new IllegalStateException("service: " + name() + " has joined no bus (expected: joinTo first)");
        }
        return place;
    }

    /**
     * Sends a message to the services that want its type.
     *
     * @return ends well if the bus has it
     * @throws IllegalStateException if the service has joined no bus
     */
    protected final CompletableFuture<@Nullable Void> send(String type, @Nullable Object content) {
        return publish(BusMessage.of(type, self, asContent(content)));
    }

    /**
     * Answers a message, whoever sent it: a service gets a response to its request, a client a message of its own.
     *
     * @param type of the answer; one that ends in {@code response} reaches a service that asked, whatever it wants
     * @return ends well if the bus has it
     * @throws IllegalStateException if the service has joined no bus
     */
    protected final CompletableFuture<@Nullable Void> answer(
            BusMessage message, String type, @Nullable Object content) {
        if (message.sender() instanceof Sender.Client client) {
            return sendToClients(List.of(client.address()), type, content);
        }
        return publish(message.answer(type, self, asContent(content)));
    }

    /**
     * Asks other services.
     *
     * @param type one that ends in {@code request}
     * @param patience how long the answer may take: 1 ms to 1 d
     * @return the answer, or a {@link dev.fairlead.bus.BusException} if there is none. What depends on it must not wait; a
     *     method of the service may wait for it
     * @throws IllegalStateException if the service has joined no bus
     * @throws IllegalArgumentException if the type is another, or the patience out of range
     */
    protected final CompletableFuture<BusMessage> ask(String type, @Nullable Object content, Duration patience) {
        return joined().request(BusMessage.of(type, self, asContent(content)), patience);
    }

    /**
     * Sends a message to clients of the gateway. Those that are gone are passed over.
     *
     * @return ends well if the bus has it
     * @throws IllegalStateException if the service has joined no bus
     */
    protected final CompletableFuture<@Nullable Void> sendToClients(
            Collection<Address> clients, String type, @Nullable Object content) {
        return sendTo(List.copyOf(clients), type, content);
    }

    /**
     * Sends a message to those who are logged in by these names. Names that nobody bears are passed over.
     *
     * @return ends well if the bus has it
     * @throws IllegalStateException if the service has joined no bus
     */
    protected final CompletableFuture<@Nullable Void> sendToUsers(
            Collection<String> usernames, String type, @Nullable Object content) {
        return sendTo(List.copyOf(usernames), type, content);
    }

    /**
     * Sends a message to every client of every gateway, which the original's gateway does not know.
     *
     * @return ends well if the bus has it
     * @throws IllegalStateException if the service has joined no bus
     */
    protected final CompletableFuture<@Nullable Void> sendToAll(String type, @Nullable Object content) {
        return sendTo(null, type, content);
    }

    private CompletableFuture<@Nullable Void> sendTo(
            @Nullable List<?> recipients, String type, @Nullable Object content) {
        BusMessage inner = BusMessage.of(type, self, asContent(content));
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("type", inner.type());
        message.put("uuid", inner.uuid());
        message.put("response_uuid", null);
        message.put("sender", self.qualifiedName());
        message.put("pref_dest", null);
        message.put("content", inner.content().value());
        Map<String, @Nullable Object> net = new LinkedHashMap<>();
        net.put("response_addrs", recipients == null ? null : new ArrayList<>(recipients));
        net.put("msg", message);
        return publish(BusMessage.of(TO_CLIENTS, self, Content.of(net)));
    }

    private CompletableFuture<@Nullable Void> publish(BusMessage message) {
        CompletableFuture<@Nullable Void> published = joined().publish(message);
        var unused = published.whenComplete((done, fault) -> {
            if (fault != null) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "{0} could not send a message of type {1}: {2}",
                        name(),
                        message.type(),
                        Objects.toString(fault.getMessage(), fault.toString()));
            }
        });
        return published;
    }

    private static Content asContent(@Nullable Object content) {
        return content instanceof Content made ? made : Content.of(content);
    }

    /**
     * Leaves the bus. Returns when the service has heard what had come for it, or after five seconds; called by one of its
     * methods, at once. Does nothing if it has joined none, or left.
     */
    @Override
    public void close() {
        Membership place;
        synchronized (lock) {
            closed = true;
            place = membership;
        }
        if (place != null) {
            place.close();
        }
    }
}
