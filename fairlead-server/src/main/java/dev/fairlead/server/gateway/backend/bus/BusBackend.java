// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.Sender;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.backend.UnusableBackend;
import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.JsonReader;
import dev.fairlead.server.gateway.backend.json.JsonText;
import dev.fairlead.server.gateway.backend.json.SniffedText;
import dev.fairlead.server.gateway.backend.json.Value;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Joins clients to the services of a message bus, as CTE's WSServer does. A message is taken when the bus has it, so that what
 * a client says stays in its order.
 */
public final class BusBackend implements Backend {

    /** What a client is told whose names are in single quotes, or who put a comma too many. */
    static final String DOUBLE_QUOTES = "Double quotes. Niet single.";

    /** What Python says of such a text. */
    private static final String NO_NAME = "Expecting property name enclosed in double quotes";

    /** The number of the errors that the gateway tells; the others are the services'. */
    private static final int ERROR_CODE = 1;

    /** How long a full inbox is waited for before the message counts as not taken. */
    private static final int BUSY_TRIES = 100;

    private static final Duration BUSY_PAUSE = Duration.ofMillis(50);

    /** How many ends are remembered that the bus has not taken; more are told, but without the name. */
    private static final int MOST_DEPARTED = 10_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(BusBackend.class);
    private static final CloseStatus ENOUGH = new CloseStatus(CloseStatus.NORMAL, "");
    private static final CompletionStage<Receipt> TAKEN = CompletableFuture.completedStage(new Receipt.Taken());

    private final BusBackendConfig config;
    private final String endpoint;
    private final boolean authenticated;
    private final MessageBus bus;
    private final JavaServices services;
    private final Membership membership;

    /** The bus may have something to say before it is known as whom. */
    private final CountDownLatch joined = new CountDownLatch(1);

    private final Sender.Service self;
    private final BusClients clients = new BusClients();

    /** Only on the bus's thread. */
    private final Names names = new Names();

    /** What the bus is to be told of clients that have left, until it has it. */
    private final Map<Session, BusMessage> departed = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Session, BusMessage> eldest) {
            return size() > MOST_DEPARTED;
        }
    });

    /**
     * Joins a bus.
     *
     * @param endpoint the path of the endpoint, for the log
     * @param authenticated whether clients are known by their users, and have no say in their names
     */
    BusBackend(BusBackendConfig config, String endpoint, boolean authenticated, MessageBus bus) {
        this.config = config;
        this.endpoint = endpoint;
        this.authenticated = authenticated;
        this.bus = bus;
        this.self = new Sender.Service(config.serviceName());
        this.membership = bus.join(
                new Member(config.serviceName(), wanted(config.bus()), Member.Reach.EVERY_INSTANCE), this::heard);
        joined.countDown();
        try {
            this.services = JavaServices.join(config.bus().services(), bus);
        } catch (UnusableBackend unusable) {
            membership.close();
            throw unusable;
        }
    }

    /**
     * Joins the bus of the configuration, and begins one that is the endpoint's own.
     *
     * @param endpoint the path of the endpoint, for the log
     * @param authenticated whether the endpoint knows its clients' users
     * @throws UnusableBackend if there cannot be such a bus, or one of the services that it is to have
     */
    public static BusBackend begin(BusBackendConfig config, String endpoint, boolean authenticated) {
        MessageBus bus = config.bus().begin();
        try {
            return new BusBackend(config, endpoint, authenticated, bus);
        } catch (UnusableBackend unusable) {
            config.bus().end(bus);
            throw unusable;
        }
    }

    /** An end of which nobody wants to hear would wait in vain, thousands of them in the place of others. */
    private static Set<String> wanted(BusBackendConfig.Bus bus) {
        Set<String> types = new HashSet<>(Set.of(BusTypes.LOGIN, BusTypes.CLIENT_LIST, BusTypes.NET_SEND));
        if (bus.holdsUnwanted()) {
            types.add(BusTypes.CLIENT_DISCONNECT);
        }
        return types;
    }

    @Override
    public @Nullable String trouble() {
        return bus.trouble();
    }

    @Override
    public CompletionStage<Receipt> connected(Session session) {
        BusClient client = clients.of(session);
        String user = session.user();
        if (user != null) {
            clients.name(client, user);
        }
        return Receipt.AT_ONCE;
    }

    @Override
    public CompletionStage<Receipt> message(Session session, Message message) {
        BusClient client = clients.of(session);
        if (client.isSentAway()) {
            return Receipt.AT_ONCE;
        }
        String text;
        try {
            text = switch (message) {
                case Message.Text plain -> plain.text();
                case Message.Binary binary -> SniffedText.of(binary.bytes());
            };
        } catch (JsonFault undecodable) {
            return Receipt.AT_ONCE;
        }
        ClientMessage meant;
        try {
            meant = ClientMessage.read(text);
        } catch (JsonFault fault) {
            complain(client, fault);
            return Receipt.AT_ONCE;
        }
        client.understood();
        switch (meant) {
            case ClientMessage.Said(String type, Content content) -> {
                return publish(
                        session, new BusMessage(type, uuid(session, message.number()), null, client.sender(), content));
            }
            case ClientMessage.PassedOver() -> {}
            case ClientMessage.Unbearable() -> sendAway(client);
            case ClientMessage.Refused(String why) -> tellError(client, why);
        }
        return Receipt.AT_ONCE;
    }

    /** The original would do again what was said last; before anything was said, it ends the session. */
    private void complain(BusClient client, JsonFault fault) {
        if (fault.text().startsWith(NO_NAME)) {
            client.session().send(DOUBLE_QUOTES);
        } else if (client.wasUnderstood()) {
            tellError(client, "Error decoding JSON: " + fault.text());
        } else {
            sendAway(client);
        }
    }

    private static void sendAway(BusClient client) {
        client.sentAway();
        client.session().close(ENOUGH);
    }

    private void tellError(BusClient client, String why) {
        StringBuilder content = new StringBuilder(64).append("{\"message\": ");
        JsonText.quote(why, content);
        content.append(", \"error_code\": ").append(ERROR_CODE).append('}');
        tell(client, BusTypes.ERROR, content.toString());
    }

    /** Says something to a client in the gateway's own name. */
    private void tell(BusClient client, String type, String content) {
        client.session()
                .send("{\"type\": \"" + type + "\", \"uuid\": \"" + UUID.randomUUID()
                        + "\", \"response_uuid\": null, \"sender\": \"" + self.qualifiedName()
                        + "\", \"pref_dest\": null, \"content\": " + content + "}");
    }

    /** A message that is told again has the name that it had, and says nothing of the session's id, which is a secret. */
    private static String uuid(Session session, long number) {
        UUID name = UUID.nameUUIDFromBytes((session.id() + "-" + number).getBytes(StandardCharsets.US_ASCII));
        return new UUID((name.getMostSignificantBits() & ~0xF000L) | 0x4000L, name.getLeastSignificantBits())
                .toString();
    }

    private CompletionStage<Receipt> publish(Session session, BusMessage message) {
        CompletableFuture<@Nullable Void> published = membership.publish(message);
        if (published.isDone() && !published.isCompletedExceptionally()) {
            return TAKEN;
        }
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        await(published, session, message, 1, receipt);
        return receipt;
    }

    /** A full inbox holds up who wants something of it, and no other: only if that lasts, the backend counts as failing. */
    private void await(
            CompletableFuture<@Nullable Void> published,
            Session session,
            BusMessage message,
            int tries,
            CompletableFuture<Receipt> receipt) {
        var _ = published.whenComplete((done, fault) -> {
            if (fault == null) {
                receipt.complete(new Receipt.Taken());
                return;
            }
            BusException.Reason reason = reason(fault);
            if (reason == BusException.Reason.BUSY && tries < BUSY_TRIES) {
                session.peer()
                        .schedule(
                                BUSY_PAUSE,
                                () -> await(membership.publish(message), session, message, tries + 1, receipt));
            } else if (reason == BusException.Reason.REFUSED) {
                session.peer().execute(() -> sendAway(session));
                receipt.complete(new Receipt.Objected(String.valueOf(fault.getMessage())));
            } else {
                receipt.complete(new Receipt.NotTaken(String.valueOf(fault.getMessage())));
            }
        });
    }

    private void sendAway(Session session) {
        BusClient client = clients.find(session);
        if (client != null) {
            sendAway(client);
        }
    }

    private static BusException.@Nullable Reason reason(Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        return cause instanceof BusException known ? known.reason() : null;
    }

    @Override
    public CompletionStage<Receipt> disconnected(Session session, SessionEnd end) {
        BusMessage kept = departed.remove(session);
        BusMessage parting = kept == null ? parting(session) : kept;
        CompletionStage<Receipt> receipt = publish(session, parting);
        return receipt.equals(TAKEN)
                ? receipt
                : receipt.thenApply(what -> {
                    if (what instanceof Receipt.NotTaken) {
                        departed.put(session, parting);
                    }
                    return what;
                });
    }

    private BusMessage parting(Session session) {
        BusClient client = clients.of(session);
        clients.leave(client);
        return new BusMessage(
                BusTypes.CLIENT_DISCONNECT, uuid(session, 0), null, self, gone(client.address(), client.name()));
    }

    private static Content gone(Address address, @Nullable Object name) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("address", address);
        members.put("username", name);
        return Content.of(members);
    }

    /** On the bus's thread. */
    private void heard(BusMessage message) throws InterruptedException {
        joined.await();
        try {
            switch (message.type()) {
                case BusTypes.LOGIN -> login(message);
                case BusTypes.CLIENT_LIST -> list(message);
                case BusTypes.NET_SEND -> deliver(message);
                default -> {} // an end that it told itself
            }
        } catch (JsonFault | IllegalArgumentException unfit) {
            LOGGER.atWarn()
                    .addKeyValue("path", endpoint)
                    .log(
                            "a message of type {} by {} is passed over: {}",
                            message.type(),
                            printed(message.sender()),
                            unfit.getMessage());
        }
    }

    private static String printed(Sender sender) {
        return switch (sender) {
            case Sender.Service service -> service.qualifiedName();
            case Sender.Client(Address address, Object _) -> address.toString();
        };
    }

    /** A client of another gateway is that one's to answer. */
    private void login(BusMessage message) {
        BusClient client =
                message.sender() instanceof Sender.Client(Address address, Object _) ? clients.at(address) : null;
        Value wish = client == null ? null : wish(message.content());
        if (client == null || wish == null || !client.asksAnew(message.uuid())) {
            return;
        }
        Value given = given(client, wish);
        tell(
                client,
                BusTypes.LOGIN_ANSWER,
                given == null ? "{\"succeed\": false}" : "{\"succeed\": true, \"new_username\": " + given.json() + "}");
    }

    private static @Nullable Value wish(Content content) {
        JsonReader in = new JsonReader(content.json());
        if (!in.isObject()) {
            return null;
        }
        Value[] wish = new Value[1];
        in.object((name, value) -> {
            if (name.equals("username")) {
                wish[0] = value.value();
            } else {
                value.skip();
            }
        });
        boolean none = wish[0] == null
                || wish[0].kind().equals("dict")
                || wish[0].kind().equals("list");
        return none ? null : wish[0];
    }

    private @Nullable Value given(BusClient client, Value wish) {
        if (client.isLoggedIn()) {
            return null;
        }
        if (authenticated) {
            String user = client.session().user();
            if (user != null) {
                client.loggedIn();
            }
            return user == null ? null : Value.of(user);
        }
        if (wish.printed().length() > Names.LONGEST) {
            return null;
        }
        Value given = names.give(wish, clients::isHeld);
        Object plain = given.plain();
        if (plain != null && isTrue(plain)) {
            client.loggedIn();
            clients.name(client, plain);
        }
        return given;
    }

    /** As Python sees it. */
    private static boolean isTrue(Object plain) {
        return switch (plain) {
            case String text -> !text.isEmpty();
            case Boolean truth -> truth;
            case Number number -> number.doubleValue() != 0;
            default -> true;
        };
    }

    private void list(BusMessage message) {
        if (message.sender() instanceof Sender.Client(Address address, Object _)) {
            BusClient client = clients.at(address);
            if (client != null) {
                tellError(client, "type: " + BusTypes.CLIENT_LIST + " is for services");
            }
            return;
        }
        List<List<Object>> addresses = clients.addresses().stream()
                .map(address -> List.<Object>of(address.host(), address.port()))
                .toList();
        publishOwn(
                message.answer(BusTypes.CLIENT_LIST_ANSWER, self, Content.of(Map.of("client_list", addresses))),
                Level.WARN);
    }

    private void publishOwn(BusMessage message, Level failure) {
        var _ = membership.publish(message).whenComplete((done, fault) -> {
            if (fault != null) {
                LOGGER.atLevel(failure)
                        .addKeyValue("path", endpoint)
                        .log("the bus did not take a message of type {}: {}", message.type(), fault.getMessage());
            }
        });
    }

    private void deliver(BusMessage message) {
        NetSend what = NetSend.read(message.content().json());
        switch (what.whom()) {
            case NetSend.Whom.Everybody() ->
                clients.all().forEach(client -> client.session().send(what.message()));
            case NetSend.Whom.Names(List<Object> all) ->
                all.forEach(name ->
                        clients.named(name).forEach(client -> client.session().send(what.message())));
            case NetSend.Whom.Addresses(List<Address> all) -> all.forEach(address -> send(address, what.message()));
        }
    }

    /** A service that is not told that a client is gone is told when it sends to it again. */
    private void send(Address address, String message) {
        BusClient client = clients.at(address);
        if (client != null) {
            client.session().send(message);
        } else if (config.bus().isAlone()) {
            publishOwn(BusMessage.of(BusTypes.CLIENT_DISCONNECT, self, gone(address, null)), Level.DEBUG);
        }
    }

    @Override
    public void close() {
        services.close();
        membership.close();
        config.bus().end(bus);
    }
}
