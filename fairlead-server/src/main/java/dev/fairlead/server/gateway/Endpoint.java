// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.connection.UpgradeService;
import dev.fairlead.server.gateway.authentication.Authentication;
import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.delivery.DeliveryLine;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import dev.fairlead.server.gateway.session.Sessions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where clients come to: lets them in, or not, and opens their sessions. Safe from any thread. */
final class Endpoint implements UpgradeService, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Endpoint.class);
    private static final int ID_BYTES = 128 / Byte.SIZE;
    private static final int UNAUTHORIZED = 401;
    private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final EndpointConfig config;
    private final Authentication authentication;
    private final Backend backend;
    private final DeliveryLine.Terms delivery;
    private final Sessions sessions;
    private final InstantSource clock;
    private final GatewayObserver observer;
    private final OriginCheck origins;
    private final ConversationTerms terms;

    /** Those whose backend has not been told all of them. */
    private final Set<ClientConversation> open = ConcurrentHashMap.newKeySet();

    private volatile boolean stopping;

    Endpoint(
            EndpointConfig config,
            Authentication authentication,
            DeliveryLine.Terms delivery,
            Sessions sessions,
            InstantSource clock) {
        this.config = config;
        this.authentication = authentication;
        this.backend = delivery.backend();
        this.delivery = delivery;
        this.sessions = sessions;
        this.clock = clock;
        this.observer = delivery.observer();
        this.origins = new OriginCheck(config.allowedOrigins());
        this.terms = new ConversationTerms(
                Math.toIntExact(config.maxMessageSize().bytes()),
                config.maxUnread().bytes(),
                config.pingInterval(),
                true,
                config.idleTimeout(),
                config.compression());
    }

    String path() {
        return config.path();
    }

    @Override
    public CompletionStage<UpgradeAnswer> onUpgrade(UpgradeRequest request) {
        if (!isHere(request.path())) {
            return refused(Refusal.PAGE_UNKNOWN);
        }
        if (stopping) {
            return refused(Refusal.DRAINING);
        }
        Integer most = config.maxSessions();
        if (most != null && open.size() >= most) {
            return refused(Refusal.SESSIONS_FULL);
        }
        if (!origins.passes(request)) {
            return refused(Refusal.ORIGIN_NOT_ALLOWED);
        }
        Executor loop = task -> {
            if (request.peer().inLoop()) {
                task.run();
            } else {
                request.peer().execute(task);
            }
        };
        return authentication
                .admit(request)
                .thenComposeAsync(admitted -> begin(request, admitted, loop), loop)
                .exceptionallyCompose(fault -> turnedAwayLate(request, fault));
    }

    /** Some clients expect to be told nothing before the upgrade, and then no more than that it is over. */
    private CompletionStage<UpgradeAnswer> turnedAwayLate(UpgradeRequest request, Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (!backend.refusesAfterUpgrade()
                || !(cause instanceof RefusedException refused)
                || refused.answer().status() != UNAUTHORIZED) {
            return CompletableFuture.failedStage(fault);
        }
        LOGGER.atDebug()
                .addKeyValue("path", config.path())
                .addKeyValue("connection", request.peer().id())
                .addKeyValue("refusal", refused.answer().refusal())
                .log("client is upgraded to be sent away");
        return CompletableFuture.completedStage(
                new UpgradeAnswer.Conversing(List.of(), terms, new LateRefusal(request.peer())));
    }

    private static CompletionStage<UpgradeAnswer> refused(Refusal refusal) {
        return CompletableFuture.completedStage(UpgradeAnswer.Refused.of(refusal));
    }

    private boolean isHere(String path) {
        return path.equals(config.path()) || path.equals(config.path() + "/");
    }

    private CompletionStage<UpgradeAnswer> begin(
            UpgradeRequest request, Authentication.Admitted admitted, Executor loop) {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        Session session =
                new Session(HexFormat.of().formatHex(id), config.path(), request, admitted.client(), observer);
        ClientConversation conversation = new ClientConversation(this, session);
        UpgradeAnswer opening =
                new UpgradeAnswer.Conversing(subprotocol(request, admitted.subprotocol()), terms, conversation);
        if (!backend.isAskedFirst()) {
            return CompletableFuture.completedStage(opening);
        }
        conversation.ask();
        return connected(session).thenApplyAsync(receipt -> answer(conversation, receipt, opening), loop);
    }

    /** {@return what the backend says to the client's coming; a fault is no answer} */
    private CompletionStage<Receipt> connected(Session session) {
        CompletionStage<Receipt> told;
        try {
            told = backend.connected(session);
        } catch (RuntimeException fault) {
            told = CompletableFuture.failedStage(fault);
        }
        return told.exceptionally(fault -> {
            LOGGER.atError()
                    .addKeyValue("session", session.id())
                    .addKeyValue("path", config.path())
                    .setCause(fault)
                    .log("a backend met a fault");
            return new Receipt.NotTaken("a fault of the gateway; the log has it");
        });
    }

    private static UpgradeAnswer answer(ClientConversation conversation, Receipt receipt, UpgradeAnswer opening) {
        return switch (receipt) {
            case Receipt.Taken _ -> {
                conversation.heardOf();
                yield opening;
            }
            case Receipt.Objected(String evidence) -> turnedAway(conversation, evidence, Refusal.BACKEND_REFUSED);
            case Receipt.NotTaken(String evidence) -> turnedAway(conversation, evidence, Refusal.BACKEND_AWAY);
            case Receipt.Refused(int status, CloseStatus _, String evidence) -> {
                conversation.forget();
                yield new UpgradeAnswer.Refused(
                        Refusal.BACKEND_REFUSED, status, Refusal.BACKEND_REFUSED.summary(), evidence);
            }
        };
    }

    /** The backend may think that the client came. */
    private static UpgradeAnswer turnedAway(ClientConversation conversation, String evidence, Refusal refusal) {
        conversation.heardOf();
        conversation.end(SessionEnd.LOST);
        return new UpgradeAnswer.Refused(refusal, refusal.status(), refusal.summary(), evidence);
    }

    /**
     * One that the configuration knows comes first: what bore a token is named only where nothing else can be, since answers
     * are kept in more logs than requests are.
     */
    private List<Header> subprotocol(UpgradeRequest request, String borne) {
        String offered = request.headers().joined(SUBPROTOCOL).orElse("");
        return Arrays.stream(offered.split(",", -1))
                .map(String::strip)
                .filter(one -> config.subprotocols().contains(one) && !one.equals(borne))
                .findFirst()
                .or(() -> Optional.of(borne).filter(one -> !one.isEmpty()))
                .map(chosen -> List.of(new Header(SUBPROTOCOL, chosen)))
                .orElse(List.of());
    }

    /** Enters a session, so that it can be found. */
    void enter(ClientConversation conversation) {
        open.add(conversation);
        sessions.enter(conversation.session()); // ids of 128 random bits displace nobody
    }

    /** The client is there. */
    void opened(Session session) {
        observer.sessionOpened(config.path());
        LOGGER.atDebug()
                .addKeyValue("session", session.id())
                .addKeyValue("path", config.path())
                .addKeyValue("connection", session.peer().id())
                .log("session opened");
    }

    /** The client has left, or was sent away. */
    void left(Session session) {
        sessions.leave(session);
    }

    /** The client is gone, after {@link #opened}. */
    void closed() {
        observer.sessionClosed(config.path());
    }

    /** The backend was told all of a session. */
    void done(ClientConversation conversation) {
        open.remove(conversation);
    }

    /** {@return why its clients cannot be served at the moment} */
    Optional<String> trouble() {
        return Optional.ofNullable(backend.trouble());
    }

    Authentication authentication() {
        return authentication;
    }

    EndpointConfig config() {
        return config;
    }

    DeliveryLine.Terms delivery() {
        return delivery;
    }

    InstantSource clock() {
        return clock;
    }

    /** Lets nobody in from now on. */
    void stop() {
        stopping = true;
    }

    /** {@return the sessions of which the backend has not been told all} */
    Set<ClientConversation> open() {
        return open;
    }

    @Override
    public void close() {
        authentication.close();
        backend.close();
    }
}
