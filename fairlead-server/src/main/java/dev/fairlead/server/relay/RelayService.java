// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.Action;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.ExchangeService;
import dev.fairlead.server.connection.PartingWindow;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.connection.UpgradeService;
import dev.fairlead.server.relay.http.RelayedRequest;
import dev.fairlead.server.relay.http.RequestRoom;
import dev.fairlead.server.relay.http.Unwanted;
import dev.fairlead.server.relay.listener.ControlChannel;
import dev.fairlead.server.relay.listener.HybridConnection;
import dev.fairlead.server.relay.listener.HybridConnections;
import dev.fairlead.server.relay.rendezvous.Agreement;
import dev.fairlead.server.relay.rendezvous.Meeting;
import dev.fairlead.server.relay.rendezvous.WaitingRoom;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.security.Authorizer;
import dev.fairlead.server.security.Grant;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.security.Verdict;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The relay's side of every WebSocket upgrade: control channels ({@code listen}), senders ({@code connect}) and dials of
 * rendezvous addresses ({@code accept}, {@code request}). Safe from any thread; each request is dealt with on its own event loop.
 */
public final class RelayService implements UpgradeService {

    private static final CloseStatus STOPPING = new CloseStatus(CloseStatus.GOING_AWAY, "The relay is stopping");
    private static final CloseStatus REMOVED =
            new CloseStatus(CloseStatus.GOING_AWAY, "The hybrid connection was removed");

    /** What a listener may call itself; anything else could forge a line of a log, and a quote the key behind it. */
    private static final Pattern LISTENER_ID = Pattern.compile("[!-~&&[^\"\\\\]]{1,128}");

    private final String namespace;
    private final Predicate<String> taken;
    private final Authorizer authorizer;
    private final InstantSource clock;
    private final RelayObserver observer;
    private final HybridConnections connections;
    private final WaitingRoom room = new WaitingRoom();
    private final RefusalPace pace = new RefusalPace();
    private final RequestRoom requests = new RequestRoom();
    private final AtomicInteger toBeSentAway = new AtomicInteger();
    private volatile Regime regime;
    private volatile boolean stopping;

    /**
     * What holds until the configuration is read again.
     *
     * @param number 1 for the first; tells this one from an earlier one that was the same but for the rules
     */
    private record Regime(int number, RelayConfig config, ControlChannel.Terms terms) {

        static Regime of(int number, RelayConfig config) {
            return new Regime(
                    number,
                    config,
                    new ControlChannel.Terms(
                            config.publicAddress(),
                            config.clockSkew().plus(config.tokenGrace()),
                            config.maxWaitingPerListener(),
                            config.setAsideAfter()));
        }
    }

    /**
     * Serves one namespace.
     *
     * @param namespace its host name, for messages
     * @param taken whether another part of the server answers what would be a hybrid connection's requests, by its path
     */
    public RelayService(
            RelayConfig config,
            String namespace,
            Predicate<String> taken,
            Authorizer authorizer,
            InstantSource clock,
            RelayObserver observer) {
        this.regime = Regime.of(1, config);
        this.namespace = namespace;
        this.taken = taken;
        this.authorizer = authorizer;
        this.clock = clock;
        this.observer = observer;
        this.connections = new HybridConnections(connectionsOf(config, clock.instant()));
    }

    private static List<HybridConnection> connectionsOf(RelayConfig config, Instant now) {
        return config.hybridConnections().stream()
                .map(one -> new HybridConnection(
                        HybridPath.of(one.path()),
                        new HybridConnection.Terms(
                                one.anonymousSenders(),
                                one.maxListeners(),
                                one.requestTimeout(),
                                one.http(),
                                one.webSockets(),
                                one.keys()),
                        now))
                .toList();
    }

    /**
     * Serves by another configuration from now on, and by other rules of the namespace. Hybrid connections that are gone
     * send their listeners away with 1001, and senders who wait for them hear 404; joined pairs stay. Listeners whose key
     * is gone, or has not the right to listen any more, are closed with 1008 at once. Nobody else notices. One call at a time.
     *
     * @param config pings and idle time are the edge's, and not looked at
     * @param namespaceRules those that the authorizer is to follow
     */
    public void reload(RelayConfig config, List<AuthorizationRule> namespaceRules) {
        List<HybridConnection> gone = connections.configure(connectionsOf(config, clock.instant()));
        authorizer.follow(namespaceRules, config.clockSkew());
        // Before the listeners are looked through: one who is being admitted sees it, or is seen.
        regime = Regime.of(regime.number() + 1, config);
        gone.forEach(connection -> connection.admitted().forEach(channel -> channel.dismiss(REMOVED)));
        connections.all().forEach(connection -> connection.admitted().forEach(channel -> review(connection, channel)));
    }

    private void review(HybridConnection connection, ControlChannel channel) {
        if (connections.holds(connection)) {
            channel.review(grant ->
                    authorizer.objection(grant, Right.LISTEN, connection.terms().rules()));
        } else {
            channel.dismiss(REMOVED);
        }
    }

    /** {@return who answers plain HTTP requests} */
    public ExchangeService plainRequests() {
        return new PlainRequests(
                namespace,
                connections,
                authorizer,
                clock,
                () -> regime.config(),
                () -> stopping,
                room::newId,
                requests,
                observer);
    }

    @Override
    public CompletionStage<UpgradeAnswer> onUpgrade(UpgradeRequest request) {
        RelayTarget target;
        try {
            target = RelayTarget.parse(request.target());
        } catch (InvalidAddress e) {
            Tracking tracking = Tracking.of("", namespace, HybridPath.EMPTY, clock.instant());
            // It may have been meant for listening.
            return pace.late(
                    request.peer(),
                    tracking.refused(
                            Refusal.ADDRESS_INVALID, Refusal.ADDRESS_INVALID.status(), String.valueOf(e.getMessage())));
        }
        Tracking tracking =
                Tracking.of(Optional.ofNullable(target.id()).orElse(""), namespace, target.path(), clock.instant());
        if (!target.isUnderRelay() && target.action() != Action.CONNECT) {
            return now(tracking.refused(Refusal.ENTITY_UNKNOWN)); // there only senders are at home
        }
        return switch (target.action()) {
            case LISTEN -> listen(request, target, tracking);
            case CONNECT -> connect(request, target, tracking);
            case ACCEPT -> accept(request, target, tracking);
            case REQUEST -> fetch(request, target, tracking);
        };
    }

    private CompletionStage<UpgradeAnswer> listen(UpgradeRequest request, RelayTarget target, Tracking tracking) {
        UpgradeAnswer answer = listenNow(request, target, tracking);
        return answer instanceof UpgradeAnswer.Refused refused ? pace.late(request.peer(), refused) : now(answer);
    }

    private UpgradeAnswer listenNow(UpgradeRequest request, RelayTarget target, Tracking tracking) {
        if (stopping) {
            return tracking.refused(Refusal.DRAINING);
        }
        int judgedBy = regime.number();
        HybridPath path = target.path();
        Optional<HybridConnection> known = connections.named(path);
        Function<String, Verdict> judge =
                token -> authorizer.judge(token, path, Right.LISTEN, rulesOf(connections.named(path)));
        Verdict verdict = authorizer.judge(
                Credential.ofUpgrade(target, request.headers()).token(), path, Right.LISTEN, rulesOf(known));
        return switch (verdict) {
            case Verdict.Denied denied ->
                tracking.denied(denied, regime.config().strictCompatibility());
            case Verdict.Granted(Grant grant) -> {
                if (known.isEmpty() && taken.test(path.spelled())) {
                    yield tracking.refused(Refusal.PATH_TAKEN);
                }
                if (known.isEmpty() && !mayBeCreated(path)) {
                    yield tracking.refused(Refusal.ENTITY_UNKNOWN);
                }
                Optional<HybridConnection> connection = known.or(
                        () -> connections.namedOrNew(path, HybridConnectionConfig.USUAL_LISTENERS, clock.instant()));
                if (connection.isEmpty()) {
                    yield tracking.refused(Refusal.ENTITIES_FULL);
                }
                String id = Optional.ofNullable(target.id())
                        .filter(LISTENER_ID.asMatchPredicate())
                        .orElseGet(() -> UUID.randomUUID().toString());
                ControlChannel.Listener listener =
                        new ControlChannel.Listener(id, path, request.peer(), request.baseAddress(), grant);
                yield ControlChannel.admit(connection.get(), listener, judge, () -> regime.terms(), clock, observer)
                        .<UpgradeAnswer>map(channel -> {
                            if (stopping) {
                                channel.close(STOPPING); // it came too late for stop() to see it
                            }
                            if (regime.number() != judgedBy) {
                                review(connection.get(), channel); // nor did reload()
                            }
                            return new UpgradeAnswer.Conversing(List.of(), ControlChannel.LONGEST_MESSAGE, channel);
                        })
                        .orElseGet(() -> tracking.refused(Refusal.LISTENERS_FULL));
            }
        };
    }

    private boolean mayBeCreated(HybridPath path) {
        return regime.config().createOnListen() && HybridConnectionConfig.isPath(path.spelled());
    }

    private CompletionStage<UpgradeAnswer> connect(UpgradeRequest request, RelayTarget target, Tracking tracking) {
        if (stopping) {
            return now(tracking.refused(Refusal.DRAINING));
        }
        Optional<HybridConnection> serving = connections.serving(target.path());
        boolean anonymous = serving.isPresent() && serving.get().terms().anonymousSenders();
        boolean authorizationWasCredential = false;
        if (!anonymous) {
            Credential credential = Credential.ofUpgrade(target, request.headers());
            authorizationWasCredential = credential.fromAuthorization();
            if (authorizer.judge(credential.token(), target.path(), Right.SEND, rulesOf(serving))
                    instanceof Verdict.Denied denied) {
                return now(tracking.denied(denied, regime.config().strictCompatibility()));
            }
        }
        if (serving.isEmpty()) {
            return now(tracking.refused(Refusal.ENTITY_UNKNOWN));
        }
        if (!serving.get().terms().webSockets()) {
            return now(tracking.refused(Refusal.WEBSOCKETS_OFF));
        }
        String id = room.newId();
        Function<String, String> accept = acceptMessage(request, target, id, authorizationWasCredential);
        if (!ControlMessages.fits(accept.apply(longestBaseAddress(serving.get())))) {
            return now(tracking.refused(Refusal.OFFER_TOO_LARGE));
        }
        Meeting meeting = new Meeting(
                id,
                serving.get(),
                request,
                ListenerChoice.of(request.headers()),
                accept,
                refusal -> tracking.refused(whileStopping(refusal)),
                room,
                observer);
        return meeting.begin(regime.config().acceptTimeout());
    }

    private static Function<String, String> acceptMessage(
            UpgradeRequest request, RelayTarget target, String id, boolean authorizationWasCredential) {
        Map<String, String> headers =
                RelayHeaders.connectHeaders(request.headers().lines(), authorizationWasCredential);
        if (!Agreement.isOfferSound(request.headers())) {
            headers.keySet().removeIf(name -> name.equalsIgnoreCase("Sec-WebSocket-Extensions"));
        }
        InetSocketAddress remote = request.peer().remoteAddress();
        RemoteEndpoint endpoint = new RemoteEndpoint(remote.getAddress().getHostAddress(), remote.getPort());
        return base -> ControlMessages.encode(new ControlMessage.Accept(
                RelayTarget.acceptAddress(base, target.rawPath(), target.rawApplicationQuery(), id),
                id,
                headers,
                endpoint));
    }

    private static String longestBaseAddress(HybridConnection connection) {
        return connection.online().stream()
                .map(ControlChannel::baseAddress)
                .reduce("", (longest, next) -> next.length() > longest.length() ? next : longest);
    }

    private CompletionStage<UpgradeAnswer> accept(UpgradeRequest request, RelayTarget target, Tracking tracking) {
        String id = target.id();
        if (id != null) {
            // A longer name may have come to be since the address was made.
            for (HybridConnection connection : connections.along(target.path())) {
                Optional<Meeting> meeting = room.take(id, connection);
                if (meeting.isPresent()) {
                    return meeting.get().dialled(request, target.rejection());
                }
                connection.dialledLate(id);
            }
        }
        return now(tracking.refused(Refusal.RENDEZVOUS_UNKNOWN));
    }

    /** A listener dials for a plain HTTP request: to be told of it, or to answer it. */
    private CompletionStage<UpgradeAnswer> fetch(UpgradeRequest request, RelayTarget target, Tracking tracking) {
        String id = target.id();
        if (id != null) {
            for (HybridConnection connection : connections.along(target.path())) {
                Optional<RelayedRequest> relayed = requests.find(id, connection);
                if (relayed.isPresent()) {
                    return relayed.get().dialled(request);
                }
                if (requests.takeUnwanted(id, connection)) {
                    return now(Unwanted.answerTo(request.peer()));
                }
            }
        }
        return now(tracking.refused(Refusal.RENDEZVOUS_UNKNOWN));
    }

    /** Whoever is told 404 may give up for good; and a listener that was sent away comes back, here or elsewhere. */
    private Refusal whileStopping(Refusal refusal) {
        return stopping && refusal.status() == Refusal.LISTENER_ABSENT.status() ? Refusal.DRAINING : refusal;
    }

    static List<AuthorizationRule> rulesOf(Optional<HybridConnection> connection) {
        return connection.map(one -> one.terms().rules()).orElse(List.of());
    }

    /**
     * Takes nobody new from now on, and sends the listeners away, one after the other; whoever was told of a sender may
     * still dial.
     *
     * @param drainTimeout what the stop may take: the last listener is told within a third of it
     */
    public void stop(Duration drainTimeout) {
        stopping = true;
        List<ControlChannel> listeners = new ArrayList<>();
        connections.all().forEach(connection -> listeners.addAll(connection.admitted()));
        // Else those of one hybrid connection would be told next to each other.
        Collections.shuffle(listeners, ThreadLocalRandom.current());
        toBeSentAway.addAndGet(listeners.size());
        PartingWindow window = PartingWindow.of(listeners.size(), drainTimeout);
        for (int i = 0; i < listeners.size(); i++) {
            Duration delay = window.delay(i, ThreadLocalRandom.current().nextDouble());
            listeners.get(i).sendAway(delay, STOPPING, toBeSentAway::decrementAndGet);
        }
    }

    /** {@return how many listeners are still to be sent away by a stop} */
    public int listenersToBeSentAway() {
        return toBeSentAway.get();
    }

    /** Answers all senders who wait to be met, or for an answer, that the relay stops. */
    public void turnWaitingAway() {
        room.everybody().forEach(Meeting::stop);
        requests.all().forEach(RelayedRequest::stop);
    }

    /** {@return how many senders wait to be met, or for the end of an answer} */
    public int waiting() {
        return room.size() + requests.size();
    }

    /** {@return how many listeners wait to hear that they were refused} */
    public int refusalsWaiting() {
        return pace.waiting();
    }

    private static CompletionStage<UpgradeAnswer> now(UpgradeAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
