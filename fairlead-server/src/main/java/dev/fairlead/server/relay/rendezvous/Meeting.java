// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.rendezvous;

import dev.fairlead.protocol.address.Rejection;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.relay.listener.ControlChannel;
import dev.fairlead.server.relay.listener.HybridConnection;
import dev.fairlead.server.relay.listener.Place;
import dev.fairlead.server.relay.listener.Search;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One sender that waits for its listener: carries out what {@link Rendezvous} decides, on the sender's event loop. */
public final class Meeting {

    private final String id;
    private final HybridConnection connection;
    private final UpgradeRequest sender;
    private final Predicate<ControlChannel> fits;
    private final Function<Refusal, UpgradeAnswer.Refused> words;
    private final Function<String, String> accept;
    private final WaitingRoom room;
    private final RelayObserver observer;
    private final CompletableFuture<UpgradeAnswer> answer = new CompletableFuture<>();
    private final long startedNanos = System.nanoTime();
    private final Runnable onLoss = this::channelBroke;

    private Rendezvous.State state = Rendezvous.SEEKING;
    private @Nullable Place place;
    private @Nullable Dial dial;
    private @Nullable Cancellable deadline;
    private @Nullable Cancellable senderGone;

    /** A dial of the address, and how it ends. */
    private record Dial(
            UpgradeRequest request, @Nullable Rejection rejection, CompletableFuture<UpgradeAnswer> answer) {}

    /**
     * Is for one sender.
     *
     * @param id what the listener will dial by
     * @param fits whether a listener may be picked
     * @param accept the message that tells a listener, given the base address that this listener dialled
     * @param words a refusal as this sender is to read it
     */
    public Meeting(
            String id,
            HybridConnection connection,
            UpgradeRequest sender,
            Predicate<ControlChannel> fits,
            Function<String, String> accept,
            Function<Refusal, UpgradeAnswer.Refused> words,
            WaitingRoom room,
            RelayObserver observer) {
        this.id = id;
        this.connection = connection;
        this.sender = sender;
        this.fits = fits;
        this.accept = accept;
        this.words = words;
        this.room = room;
        this.observer = observer;
    }

    String id() {
        return id;
    }

    HybridConnection connection() {
        return connection;
    }

    /**
     * Looks for a listener and tells it. On the sender's loop, once.
     *
     * @return how the sender's upgrade ends
     */
    public CompletionStage<UpgradeAnswer> begin(Duration acceptTimeout) {
        room.enter(this);
        observer.senderWaiting();
        deadline = sender.peer().schedule(acceptTimeout, () -> happened(new Rendezvous.Event.DeadlinePassed()));
        senderGone = sender.peer().onGone(() -> happened(new Rendezvous.Event.SenderLeft()));
        if (!state.equals(Rendezvous.OVER)) { // else the sender left before, and nobody would give a place back
            seek();
        }
        return answer;
    }

    /**
     * Takes a dial of the address. Any thread.
     *
     * @return how the upgrade of whoever dialled ends
     */
    public CompletionStage<UpgradeAnswer> dialled(UpgradeRequest request, Optional<Rejection> rejection) {
        CompletableFuture<UpgradeAnswer> answered = new CompletableFuture<>();
        sender.peer().execute(() -> {
            dial = new Dial(request, rejection.orElse(null), answered);
            happened(
                    rejection.isPresent()
                            ? new Rendezvous.Event.ListenerRejected()
                            : new Rendezvous.Event.ListenerDialled());
        });
        return answered;
    }

    /** Ends the wait, since the server stops. Any thread. */
    public void stop() {
        sender.peer().execute(() -> happened(new Rendezvous.Event.RelayStops()));
    }

    private void channelBroke() {
        sender.peer().execute(() -> happened(new Rendezvous.Event.ChannelBroke()));
    }

    private void seek() {
        switch (connection.find(id, fits)) {
            case Search.Found(Place found) -> {
                place = found;
                happened(new Rendezvous.Event.ListenerFound());
            }
            case Search.Nobody(Refusal refusal) -> happened(new Rendezvous.Event.NobodyListens(refusal));
        }
    }

    private void happened(Rendezvous.Event event) {
        Rendezvous.Step step = Rendezvous.next(state, event);
        boolean ends = step.next().equals(Rendezvous.OVER) && !state.equals(Rendezvous.OVER);
        state = step.next();
        if (ends) {
            end();
        }
        step.effects().forEach(this::carryOut);
    }

    private void end() {
        room.leave(this);
        observer.senderServed();
        if (deadline != null) {
            deadline.cancel();
        }
        if (senderGone != null) {
            senderGone.cancel(); // a joined socket would keep all of this for its life
        }
        if (place != null) {
            place.listener().forget(onLoss);
        }
    }

    private void carryOut(Rendezvous.Effect effect) {
        switch (effect) {
            case Rendezvous.Effect.Seek() -> seek();
            case Rendezvous.Effect.Offer() -> {
                if (place != null) {
                    ControlChannel listener = place.listener();
                    listener.offer(accept.apply(listener.baseAddress()), onLoss);
                }
            }
            case Rendezvous.Effect.NoteDial() -> note(Place::dialled);
            case Rendezvous.Effect.NoteSilence() -> note(Place::metSilence);
            case Rendezvous.Effect.NoteLeave() -> note(Place::left);
            case Rendezvous.Effect.Refuse(Refusal refusal) -> answer.complete(words.apply(refusal));
            case Rendezvous.Effect.Join() -> join(theDial());
            case Rendezvous.Effect.RelayRejection() -> relayRejection(theDial());
            case Rendezvous.Effect.TurnDialAway() ->
                theDial().answer().complete(UpgradeAnswer.Refused.of(Refusal.RENDEZVOUS_UNKNOWN));
        }
    }

    private void note(Consumer<Place> word) {
        if (place != null) {
            word.accept(place);
        }
    }

    private Dial theDial() {
        if (dial == null) {
            throw new IllegalStateException("nobody has dialled " + id);
        }
        return dial;
    }

    private void join(Dial dialled) {
        observer.met(Duration.ofNanos(System.nanoTime() - startedNanos));
        Agreement agreement =
                Agreement.between(sender.headers(), dialled.request().headers());
        answer.complete(new UpgradeAnswer.Joining(
                agreement.forSender(), dialled.request().peer(), agreement.extension()));
        dialled.answer()
                .complete(new UpgradeAnswer.Joining(agreement.forListener(), sender.peer(), agreement.extension()));
    }

    private void relayRejection(Dial dialled) {
        observer.rejected();
        Rejection rejection = dialled.rejection();
        if (rejection != null) {
            // A status that is no final one would leave the sender waiting, or believing that it is connected.
            int status = rejection.statusCode() < 200 ? Rejection.DEFAULT_STATUS_CODE : rejection.statusCode();
            String reason = rejection.description().isBlank()
                    ? words.apply(Refusal.LISTENER_REJECTED).reason()
                    : rejection.description();
            answer.complete(new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, status, reason));
        }
        dialled.answer().complete(UpgradeAnswer.Refused.of(Refusal.REJECTION_DELIVERED));
    }
}
