// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.rendezvous;

import dev.fairlead.server.connection.Refusal;
import java.util.List;

/**
 * The meeting of one sender and one listener, as a function: what is true now and what happened give what is true next
 * and what is to be done. Nothing is done here; the caller, on the sender's event loop, carries the effects out.
 *
 * <pre>
 *   Seeking ──ListenerFound──▶ Offered ──ListenerDialled──▶ Over (joined)
 *      ▲ └──NobodyListens──┐      │ └──rejected, silent, sender left, or relay stops──▶ Over
 *      └──channel broke────┼──────┘
 *                          └──▶ Over
 * </pre>
 */
final class Rendezvous {

    private Rendezvous() {}

    /** What is true. */
    sealed interface State {

        /** A listener is to be picked. */
        record Seeking() implements State {}

        /** A listener was told; the sender waits. */
        record Offered() implements State {}

        /** Nothing more happens. */
        record Over() implements State {}
    }

    /** What happens. */
    sealed interface Event {

        /** A listener is there, and can be told. */
        record ListenerFound() implements Event {}

        /** No listener is there that fits. */
        record NobodyListens(Refusal refusal) implements Event {}

        /** The address was dialled to meet. */
        record ListenerDialled() implements Event {}

        /** The address was dialled to reject. */
        record ListenerRejected() implements Event {}

        /** The control channel of the listener that was told broke. */
        record ChannelBroke() implements Event {}

        /** The sender has waited as long as it may. */
        record DeadlinePassed() implements Event {}

        /** The sender is gone. */
        record SenderLeft() implements Event {}

        /** The server has waited with its stop as long as it may. */
        record RelayStops() implements Event {}
    }

    /** What is to be done. */
    sealed interface Effect {

        /** Pick a listener; {@link Event.ListenerFound} or {@link Event.NobodyListens} follows. */
        record Seek() implements Effect {}

        /** Tell the listener that was found. */
        record Offer() implements Effect {}

        /** Answer both with 101, and join them. */
        record Join() implements Effect {}

        /** Answer the sender with a refusal of the relay's. */
        record Refuse(Refusal refusal) implements Effect {}

        /** Answer the sender as the listener said, and the listener that it was heard. */
        record RelayRejection() implements Effect {}

        /** Note that the listener dialled, be it too late. */
        record NoteDial() implements Effect {}

        /** Note that the listener did not dial in time. */
        record NoteSilence() implements Effect {}

        /** Note that the sender waits for the listener no more, which says nothing of it. */
        record NoteLeave() implements Effect {}

        /** Answer whoever dialled that nobody waits there. */
        record TurnDialAway() implements Effect {}
    }

    /** What follows. */
    record Step(State next, List<Effect> effects) {
        private static Step to(State next, Effect... effects) {
            return new Step(next, List.of(effects));
        }
    }

    static final State SEEKING = new State.Seeking();
    static final State OFFERED = new State.Offered();
    static final State OVER = new State.Over();

    /** Total: every event has an answer in every state, and one that comes too late changes nothing. */
    static Step next(State state, Event event) {
        return switch (state) {
            case State.Seeking _ ->
                switch (event) {
                    case Event.ListenerFound _ -> Step.to(OFFERED, new Effect.Offer());
                    case Event.NobodyListens(Refusal refusal) -> Step.to(OVER, new Effect.Refuse(refusal));
                    case Event.SenderLeft _ -> Step.to(OVER);
                    case Event.DeadlinePassed _ -> Step.to(OVER, new Effect.Refuse(Refusal.LISTENER_SILENT));
                    case Event.RelayStops _ -> Step.to(OVER, new Effect.Refuse(Refusal.DRAINING));
                    // One that was told before its channel broke may still come.
                    case Event.ListenerDialled _ -> Step.to(OVER, new Effect.Join());
                    case Event.ListenerRejected _ -> Step.to(OVER, new Effect.RelayRejection());
                    case Event.ChannelBroke _ -> Step.to(state);
                };
            case State.Offered _ ->
                switch (event) {
                    case Event.ListenerDialled _ -> Step.to(OVER, new Effect.NoteDial(), new Effect.Join());
                    case Event.ListenerRejected _ -> Step.to(OVER, new Effect.NoteDial(), new Effect.RelayRejection());
                    case Event.ChannelBroke _ -> Step.to(SEEKING, new Effect.NoteLeave(), new Effect.Seek());
                    case Event.DeadlinePassed _ ->
                        Step.to(OVER, new Effect.NoteSilence(), new Effect.Refuse(Refusal.LISTENER_SILENT));
                    case Event.RelayStops _ ->
                        Step.to(OVER, new Effect.NoteLeave(), new Effect.Refuse(Refusal.DRAINING));
                    case Event.SenderLeft _ -> Step.to(OVER, new Effect.NoteLeave());
                    case Event.ListenerFound _, Event.NobodyListens _ -> Step.to(state);
                };
            case State.Over _ ->
                switch (event) {
                    case Event.ListenerDialled _, Event.ListenerRejected _ ->
                        Step.to(OVER, new Effect.NoteDial(), new Effect.TurnDialAway());
                    case Event.ListenerFound _,
                            Event.NobodyListens _,
                            Event.ChannelBroke _,
                            Event.DeadlinePassed _,
                            Event.SenderLeft _,
                            Event.RelayStops _ -> Step.to(OVER);
                };
        };
    }
}
