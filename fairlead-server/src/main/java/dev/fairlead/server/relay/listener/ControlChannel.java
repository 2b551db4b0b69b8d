// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.MalformedMessage;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.PeerText;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.security.Grant;
import dev.fairlead.server.security.Verdict;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener's control channel, from its admission to its loss. A listener that is lost for whatever reason is removed
 * at once, and whoever waits for it is told.
 *
 * <p>Lives on its peer's event loop; what others may call says so.
 */
public final class ControlChannel implements Conversation {

    /** What a listener may send at once: a body of 64 KiB, or a command with as much and room for its headers. */
    public static final int LONGEST_MESSAGE = 2 * ControlMessages.MAX_ENCODED_BYTES;

    private static final Logger LOGGER = LoggerFactory.getLogger(ControlChannel.class);

    /** Tokens may be good for centuries; timers are not. */
    private static final Duration LONGEST_TIMER = Duration.ofDays(1);

    private final HybridConnection connection;
    private final Listener listener;
    private final Peer peer;
    private final Function<String, Verdict> renewal;
    private final Supplier<Terms> terms;
    private final InstantSource clock;
    private final RelayObserver observer;
    private final Correspondence correspondence;
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger places = new AtomicInteger();
    private final AtomicReference<Trust.State> trust = new AtomicReference<>(Trust.NEW);

    private volatile boolean opened;
    private volatile boolean parting;
    private volatile boolean lost;
    private volatile @Nullable CloseStatus farewell;
    private Grant grant;
    private @Nullable Cancellable tokenTimer;
    private @Nullable Cancellable coolDown;

    /**
     * Who listens, as the upgrade request said.
     *
     * @param id its {@code sb-hc-id}, by which senders may ask for it
     * @param path the hybrid connection, in the listener's own spelling
     * @param peer its connection
     * @param baseAddress scheme and authority by which it reached the server, and can do so again
     * @param grant what its token permits, until it sends another
     */
    public record Listener(String id, HybridPath path, Peer peer, String baseAddress, Grant grant) {}

    /**
     * What holds for every listener.
     *
     * @param publicAddress what it is told to dial; null: what it dialled itself
     * @param tokenGrace how long it may go on with a token that has expired, the skew of clocks included: some clients renew
     *     only then
     * @param maxWaiting how many senders may wait for it to dial at once
     * @param setAsideAfter how many senders in a row it may leave waiting before it is set aside
     */
    public record Terms(@Nullable URI publicAddress, Duration tokenGrace, int maxWaiting, int setAsideAfter) {}

    private ControlChannel(
            HybridConnection connection,
            Listener listener,
            Function<String, Verdict> renewal,
            Supplier<Terms> terms,
            InstantSource clock,
            RelayObserver observer) {
        this.connection = connection;
        this.listener = listener;
        this.peer = listener.peer();
        this.renewal = renewal;
        this.terms = terms;
        this.clock = clock;
        this.observer = observer;
        this.grant = listener.grant();
        this.correspondence = new Correspondence(listener.peer(), observer);
    }

    /**
     * Admits a listener.
     *
     * @param renewal judges the tokens that it sends later
     * @param terms what holds at the moment; of those that change, {@link #review} tells
     * @return empty if as many listeners as there may be are here
     */
    public static Optional<ControlChannel> admit(
            HybridConnection connection,
            Listener listener,
            Function<String, Verdict> renewal,
            Supplier<Terms> terms,
            InstantSource clock,
            RelayObserver observer) {
        ControlChannel channel = new ControlChannel(connection, listener, renewal, terms, clock, observer);
        if (!connection.admit(channel)) {
            return Optional.empty();
        }
        var _ = channel.peer.onGone(channel::lose);
        return Optional.of(channel);
    }

    /** {@return what its listener calls itself} Any thread. */
    public String listenerId() {
        return listener.id();
    }

    /** {@return the scheme and authority by which its listener is to dial the server} Any thread. */
    public String baseAddress() {
        URI publicAddress = terms.get().publicAddress();
        return publicAddress == null ? listener.baseAddress() : publicAddress.toString();
    }

    /** {@return the hybrid connection, in its listener's own spelling} Any thread. */
    public HybridPath spelledPath() {
        return listener.path();
    }

    /** {@return whether it may be offered senders} Any thread. */
    public boolean isOnline() {
        return opened && !lost && !parting && farewell == null;
    }

    boolean isLost() {
        return lost;
    }

    /** Whether it is chosen only when no other fits. Any thread. */
    boolean isSetAside() {
        return Trust.isAside(trust.get());
    }

    /** Whether the next sender is to try it. Any thread. */
    boolean isDue() {
        return trust.get() instanceof Trust.State.Due;
    }

    /** Takes a place, if there is one. Any thread. */
    boolean takesOneMore() {
        int most = terms.get().maxWaiting();
        return places.getAndUpdate(taken -> taken < most ? taken + 1 : taken) < most;
    }

    /** Gives a place back. Any thread. */
    void makeRoom() {
        places.decrementAndGet();
    }

    /** Whether the caller is the one that tries it again. Any thread. */
    boolean beginsProbe() {
        Trust.State now = trust.get();
        return now instanceof Trust.State.Due
                && trust.compareAndSet(
                        now,
                        Trust.next(
                                        now,
                                        new Trust.Event.ProbeBegun(),
                                        terms.get().setAsideAfter())
                                .next());
    }

    /** Takes note of whether it dials. Any thread. */
    void learns(Trust.Event event) {
        if (peer.inLoop()) {
            learnsNow(event);
        } else {
            peer.execute(() -> learnsNow(event));
        }
    }

    private void learnsNow(Trust.Event event) {
        // Only that a probe begins is decided elsewhere.
        Trust.State now;
        Trust.Step step;
        do {
            now = trust.get();
            step = Trust.next(now, event, terms.get().setAsideAfter());
        } while (!trust.compareAndSet(now, step.next()));
        step.effects().forEach(this::carryOut);
    }

    private void carryOut(Trust.Effect effect) {
        switch (effect) {
            case Trust.Effect.TellSetAside() -> {
                LOGGER.atWarn()
                        .addKeyValue("connection", peer.id())
                        .addKeyValue("listener", listener.id())
                        .addKeyValue("path", connection.path())
                        .addKeyValue("remote", peer.remoteAddress())
                        .log(
                                "listener set aside: it was told of {} senders in a row, and dialled for none within "
                                        + "relay.acceptTimeout; see whether it can reach {}, and whether it hangs",
                                terms.get().setAsideAfter(),
                                PeerText.forLog(baseAddress()));
                observer.listenerSetAside();
            }
            case Trust.Effect.CoolDown(Duration length) ->
                coolDown = peer.schedule(length, () -> learnsNow(new Trust.Event.CoolDownEnded()));
            case Trust.Effect.TellBack() ->
                LOGGER.atInfo()
                        .addKeyValue("connection", peer.id())
                        .addKeyValue("listener", listener.id())
                        .addKeyValue("path", connection.path())
                        .log("listener dials again, and is set aside no more");
            case Trust.Effect.EndAside() -> {
                observer.listenerTakenBack();
                if (coolDown != null) {
                    coolDown.cancel();
                }
            }
        }
    }

    /**
     * Offers a sender to the listener.
     *
     * @param onLoss run once if the channel is lost before {@link #forget}; at once, maybe on this thread, if it is lost
     *     already. Any thread may call
     */
    public void offer(String accept, Runnable onLoss) {
        waiting.add(onLoss);
        if (lost) {
            tellOfLoss(onLoss);
        } else {
            peer.send(accept);
        }
    }

    /** Takes back what {@link #offer} was to run. Any thread. */
    public void forget(Runnable onLoss) {
        waiting.remove(onLoss);
    }

    /** Asks the listener something, now or as soon as it takes more. Any thread; what it is told may come at once. */
    public void ask(Question question, Question.Words words) {
        if (!peer.inLoop()) {
            peer.execute(() -> ask(question, words));
        } else if (lost) {
            question.onChannelBroke();
        } else {
            correspondence.ask(question, words);
        }
    }

    /** Waits for no answer to that question any more; one that comes is dropped. Any thread. */
    public void forget(Question question) {
        peer.execute(() -> correspondence.forget(question));
    }

    /**
     * Offers it no more senders from now on, and closes the channel after a while; until then it is told nothing, and a
     * loss is told to whoever waits. Any thread.
     *
     * @param told run once when the channel was closed, or would have been
     */
    public void sendAway(Duration delay, CloseStatus status, Runnable told) {
        parting = true;
        Runnable farewells = () -> {
            close(status);
            told.run();
        };
        if (delay.isZero()) {
            farewells.run();
        } else {
            var _ = peer.schedule(delay, farewells);
        }
    }

    /** Closes the channel, now or as soon as it is open; senders that wait may still be met. Any thread. */
    public void close(CloseStatus status) {
        farewell = status;
        waiting.clear();
        if (opened) {
            peer.close(status);
        }
    }

    /**
     * Ends it now, or as soon as it is open: it is lost, and senders that wait are told so. Any thread.
     */
    public void dismiss(CloseStatus status) {
        peer.execute(() -> {
            if (!lost) {
                end(status);
            }
        });
    }

    /**
     * Looks again at what holds for it, since that changed: its token lasts as long as it may last now, and where nothing
     * stands behind its grant any more, the channel ends as one does whose token ends, with 1008. It has no grace, which is
     * for clients that renew late: this token will not be good again, and whoever takes a key away wants nobody to go on
     * with it. Any thread.
     *
     * @param objections says what is to be said against its grant, on its event loop
     */
    public void review(Function<Grant, Optional<Refusal>> objections) {
        peer.execute(() -> {
            if (lost || farewell != null) {
                return;
            }
            Optional<Refusal> objection = objections.apply(grant);
            if (objection.isPresent()) {
                endByObjection(objection.get());
            } else if (opened) {
                watchToken();
            }
        });
    }

    private void endByObjection(Refusal objection) {
        LOGGER.atInfo()
                .addKeyValue("connection", peer.id())
                .addKeyValue("listener", listener.id())
                .addKeyValue("path", connection.path())
                .addKeyValue("key", grant.keyName())
                .addKeyValue("refusal", objection.label())
                .log("listener's token is no good any more, since the rules changed");
        endByToken(objection.summary());
    }

    @Override
    public void onOpen() {
        if (lost) {
            return;
        }
        opened = true;
        observer.listenerOnline();
        watchToken();
        LOGGER.atInfo()
                .addKeyValue("connection", peer.id())
                .addKeyValue("listener", listener.id())
                .addKeyValue("path", connection.path())
                .addKeyValue("remote", peer.remoteAddress())
                .log("listener online");
        CloseStatus said = farewell;
        if (said != null) {
            peer.close(said);
        }
    }

    @Override
    public void onText(String text) {
        ControlMessage message;
        try {
            message = ControlMessages.decode(text);
        } catch (MalformedMessage e) {
            correspondence.onText();
            ignored(String.valueOf(e.getMessage()));
            return;
        }
        if (message instanceof ControlMessage.Response response) {
            correspondence.onResponse(response);
            return;
        }
        correspondence.onText();
        switch (message) {
            case ControlMessage.RenewToken(String token) -> renew(token);
            case ControlMessage.Accept _ -> ignored("accept is the relay's to send");
            case ControlMessage.Request _, ControlMessage.RequestAt _ -> ignored("request is the relay's to send");
            case ControlMessage.Unknown(String name) -> ignored("no command here: " + name);
            case ControlMessage.Response _ -> {
                // Taken above.
            }
        }
    }

    @Override
    public void onBinary(byte[] message) {
        if (!correspondence.onBinary(message)) {
            ignored("a binary message belongs to no answer");
        }
    }

    @Override
    public void onWritable() {
        correspondence.onWritable();
    }

    /** From here on nobody is offered to it; that it is lost is told when its socket is closed. */
    @Override
    public void onClose(CloseStatus status) {
        lose();
    }

    private void renew(String token) {
        switch (renewal.apply(token)) {
            case Verdict.Granted(Grant renewed) -> {
                grant = renewed;
                watchToken();
            }
            case Verdict.Denied denied -> {
                LOGGER.atInfo()
                        .addKeyValue("connection", peer.id())
                        .addKeyValue("listener", listener.id())
                        .addKeyValue("path", connection.path())
                        .addKeyValue("refusal", denied.refusal().label())
                        .log("listener's new token is no good");
                endByToken("The token of renewToken was refused: "
                        + denied.refusal().summary());
            }
        }
    }

    private void watchToken() {
        if (tokenTimer != null) {
            tokenTimer.cancel();
        }
        Duration left = Duration.between(
                clock.instant(), grant.expiresAt().plus(terms.get().tokenGrace()));
        if (left.isNegative() || left.isZero()) {
            endByToken("ExpiredToken: The token is expired");
            return;
        }
        // The clock may be set while the timer runs: it is asked again when the timer ends.
        Duration wait = left.compareTo(LONGEST_TIMER) < 0 ? left : LONGEST_TIMER;
        tokenTimer = peer.schedule(wait, this::watchToken);
    }

    private void endByToken(String reason) {
        observer.tokenEnded();
        end(CloseStatus.clipped(CloseStatus.POLICY_VIOLATION, reason));
    }

    /** On the peer's loop. */
    private void end(CloseStatus status) {
        if (opened) {
            lose();
            peer.close(status);
        } else {
            farewell = status; // nobody was offered to it yet
        }
    }

    private void ignored(String what) {
        LOGGER.atDebug()
                .addKeyValue("connection", peer.id())
                .addKeyValue("listener", listener.id())
                .log("message of a listener ignored: {}", PeerText.forLog(what));
    }

    /** Once; on the peer's loop. */
    private void lose() {
        if (lost) {
            return;
        }
        lost = true;
        connection.leave(this);
        learnsNow(new Trust.Event.Lost());
        if (tokenTimer != null) {
            tokenTimer.cancel();
        }
        if (opened) {
            observer.listenerOffline();
            LOGGER.atInfo()
                    .addKeyValue("connection", peer.id())
                    .addKeyValue("listener", listener.id())
                    .addKeyValue("path", connection.path())
                    .log("listener offline");
        }
        List.copyOf(waiting).forEach(this::tellOfLoss);
        correspondence.lose();
    }

    private void tellOfLoss(Runnable onLoss) {
        if (waiting.remove(onLoss)) {
            onLoss.run();
        }
    }
}
