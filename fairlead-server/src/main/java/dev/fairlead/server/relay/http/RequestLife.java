// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import dev.fairlead.server.connection.Refusal;
import java.util.List;

/**
 * The life of one relayed HTTP request, as a function: what is true now and what happened give what is true next and what
 * is to be done. Nothing is done here; the caller, on the sender's event loop, carries the effects out.
 *
 * <pre>
 *   Gathering ──gathered──▶ Seeking ──ListenerFound──▶ Handed ──Sent──▶ Asked ──AnswerCame──▶ Over
 *                              ▲ └─NobodyListens──┐      │ │              │
 *                              └──ChannelBroke────┼──────┘ └───Dialled────┤
 *                                                 ▼                       ▼
 *                                                Over                  Dialled ──StreamOpened──▶ Open
 *                                                                                                 │ HeadCame
 *                                        Over ◀──BodyEnded, or StreamEnded────── Answering ◀──────┘
 *   each ──silence, sender gone, listener lost, or relay stops──▶ Over
 * </pre>
 *
 * <p>As long as nothing of the request was sent to a listener, another one may have it instead; from then on it is that
 * listener's, since a request may be one that must not be made twice.
 */
final class RequestLife {

    private RequestLife() {}

    /** What is true. */
    sealed interface State {

        /** The body is small, and not whole yet. */
        record Gathering() implements State {}

        /** A listener is to be picked. */
        record Seeking() implements State {}

        /** A control channel has the request, but has not sent it, or only an address where it is to be had. */
        record Handed() implements State {}

        /** The whole request was sent over a control channel. */
        record Asked() implements State {}

        /** The address was dialled, and the socket is being opened. */
        record Dialled() implements State {}

        /** A socket of the listener is open; it has not answered. */
        record Open() implements State {}

        /** The head of the answer was passed on, and its body follows. */
        record Answering() implements State {}

        /** Nothing more happens. */
        record Over() implements State {}
    }

    /** What happens. */
    sealed interface Event {

        /** The body is whole, or is not waited for. */
        record Gathered() implements Event {}

        /** A listener is there. */
        record ListenerFound() implements Event {}

        /** No listener is there that fits. */
        record NobodyListens(Refusal refusal) implements Event {}

        /** The whole request has gone out over the control channel. */
        record Sent() implements Event {}

        /** The control channel broke. */
        record ChannelBroke() implements Event {}

        /** An answer came over the control channel, and its body if it has one. */
        record AnswerCame(boolean usable) implements Event {}

        /** The address was dialled. */
        record Dialled() implements Event {}

        /** The socket of whoever dialled is open. */
        record StreamOpened() implements Event {}

        /** The head of the answer came over the socket. */
        record HeadCame(boolean usable, boolean body) implements Event {}

        /** The body of the answer is whole. */
        record BodyEnded() implements Event {}

        /** The listener said Close on the socket, in a way that ends a body. */
        record StreamEnded() implements Event {}

        /** The socket is lost, or ended by a fault. */
        record StreamLost() implements Event {}

        /** Nothing has moved for as long as that may be. */
        record Silent(Refusal refusal) implements Event {}

        /** The sender is gone, or broke off. */
        record SenderLeft() implements Event {}

        /** The server has waited with its stop as long as it may. */
        record RelayStops() implements Event {}
    }

    /** What is to be done. */
    sealed interface Effect {

        /** Pick a listener; {@link Event.ListenerFound} or {@link Event.NobodyListens} follows. */
        record Seek() implements Effect {}

        /** Hand the request to the control channel that was found. */
        record Ask() implements Effect {}

        /** The control channel is to think of it no more. */
        record Forget() implements Effect {}

        /** Open the socket of whoever dialled. */
        record Admit() implements Effect {}

        /** Tell whoever dialled that nobody waits there. */
        record TurnDialAway() implements Effect {}

        /** Send the request over the socket, unless the control channel did. */
        record TellRequest() implements Effect {}

        /** Pass the whole answer on, which ends the exchange. */
        record PassAnswer() implements Effect {}

        /** Pass the head of the answer on. */
        record PassHead() implements Effect {}

        /** The answer is whole. */
        record EndAnswer() implements Effect {}

        /** Answer the sender with a refusal of the relay's. */
        record Refuse(Refusal refusal) implements Effect {}

        /** The sender has a part of the answer, and no more will come: cut it off, so that it does not take that for all. */
        record CutSenderOff() implements Effect {}

        /** The listener is done: close its socket with 1000. */
        record Dismiss() implements Effect {}

        /** Nobody needs the listener's answer any more: close its socket with 1001. */
        record SendAway() implements Effect {}
    }

    /** What follows. */
    record Step(State next, List<Effect> effects) {
        private static Step to(State next, Effect... effects) {
            return new Step(next, List.of(effects));
        }
    }

    static final State GATHERING = new State.Gathering();
    static final State OVER = new State.Over();

    private static final State SEEKING = new State.Seeking();
    private static final State HANDED = new State.Handed();
    private static final State ASKED = new State.Asked();
    private static final State DIALLED = new State.Dialled();
    private static final State OPEN = new State.Open();
    private static final State ANSWERING = new State.Answering();

    /** Total: every event has an answer in every state, and one that comes too late changes nothing. */
    static Step next(State state, Event event) {
        return switch (state) {
            case State.Gathering _ ->
                switch (event) {
                    case Event.Gathered _ -> Step.to(SEEKING, new Effect.Seek());
                    case Event.Silent(Refusal refusal) -> refuse(refusal);
                    case Event.SenderLeft _ -> Step.to(OVER);
                    case Event.RelayStops _ -> refuse(Refusal.DRAINING);
                    case Event.ListenerFound _,
                            Event.NobodyListens _,
                            Event.Sent _,
                            Event.ChannelBroke _,
                            Event.AnswerCame _,
                            Event.Dialled _,
                            Event.StreamOpened _,
                            Event.HeadCame _,
                            Event.BodyEnded _,
                            Event.StreamEnded _,
                            Event.StreamLost _ -> Step.to(state);
                };
            case State.Seeking _ ->
                switch (event) {
                    case Event.ListenerFound _ -> Step.to(HANDED, new Effect.Ask());
                    case Event.NobodyListens(Refusal refusal) -> refuse(refusal);
                    case Event.Silent(Refusal refusal) -> refuse(refusal);
                    case Event.SenderLeft _ -> Step.to(OVER);
                    case Event.RelayStops _ -> refuse(Refusal.DRAINING);
                    // One that was told before its channel broke may still come.
                    case Event.Dialled _ -> Step.to(DIALLED, new Effect.Admit());
                    case Event.Gathered _,
                            Event.Sent _,
                            Event.ChannelBroke _,
                            Event.AnswerCame _,
                            Event.StreamOpened _,
                            Event.HeadCame _,
                            Event.BodyEnded _,
                            Event.StreamEnded _,
                            Event.StreamLost _ -> Step.to(state);
                };
            case State.Handed _ ->
                switch (event) {
                    case Event.Sent _ -> Step.to(ASKED);
                    case Event.ChannelBroke _ -> Step.to(SEEKING, new Effect.Seek());
                    case Event.Dialled _ -> Step.to(DIALLED, new Effect.Forget(), new Effect.Admit());
                    case Event.Silent(Refusal refusal) -> forgetAndRefuse(refusal);
                    case Event.SenderLeft _ -> Step.to(OVER, new Effect.Forget());
                    case Event.RelayStops _ -> forgetAndRefuse(Refusal.DRAINING);
                    case Event.Gathered _,
                            Event.ListenerFound _,
                            Event.NobodyListens _,
                            Event.AnswerCame _,
                            Event.StreamOpened _,
                            Event.HeadCame _,
                            Event.BodyEnded _,
                            Event.StreamEnded _,
                            Event.StreamLost _ -> Step.to(state);
                };
            case State.Asked _ ->
                switch (event) {
                    case Event.AnswerCame(boolean usable) ->
                        usable ? Step.to(OVER, new Effect.PassAnswer()) : refuse(Refusal.RESPONSE_UNUSABLE);
                    case Event.ChannelBroke _ -> refuse(Refusal.LISTENER_LOST);
                    case Event.Dialled _ -> Step.to(DIALLED, new Effect.Forget(), new Effect.Admit());
                    case Event.Silent(Refusal refusal) -> forgetAndRefuse(refusal);
                    case Event.SenderLeft _ -> Step.to(OVER, new Effect.Forget());
                    case Event.RelayStops _ -> forgetAndRefuse(Refusal.DRAINING);
                    case Event.Gathered _,
                            Event.ListenerFound _,
                            Event.NobodyListens _,
                            Event.Sent _,
                            Event.StreamOpened _,
                            Event.HeadCame _,
                            Event.BodyEnded _,
                            Event.StreamEnded _,
                            Event.StreamLost _ -> Step.to(state);
                };
            case State.Dialled _ ->
                event instanceof Event.StreamOpened
                        ? Step.to(OPEN, new Effect.TellRequest())
                        : withSocket(state, event);
            case State.Open _ ->
                event instanceof Event.HeadCame(boolean usable, boolean body)
                        ? answered(usable, body)
                        : withSocket(state, event);
            case State.Answering _ ->
                switch (event) {
                    case Event.BodyEnded _ -> Step.to(OVER, new Effect.EndAnswer(), new Effect.Dismiss());
                    case Event.StreamEnded _ -> Step.to(OVER, new Effect.EndAnswer());
                    case Event.StreamLost _ -> Step.to(OVER, new Effect.CutSenderOff());
                    case Event.Silent _, Event.RelayStops _ ->
                        Step.to(OVER, new Effect.CutSenderOff(), new Effect.SendAway());
                    case Event.SenderLeft _ -> Step.to(OVER, new Effect.SendAway());
                    case Event.Dialled _ -> Step.to(state, new Effect.TurnDialAway());
                    case Event.Gathered _,
                            Event.ListenerFound _,
                            Event.NobodyListens _,
                            Event.Sent _,
                            Event.ChannelBroke _,
                            Event.AnswerCame _,
                            Event.StreamOpened _,
                            Event.HeadCame _ -> Step.to(state);
                };
            case State.Over _ ->
                switch (event) {
                    case Event.Dialled _ -> Step.to(OVER, new Effect.TurnDialAway());
                    case Event.StreamOpened _ -> Step.to(OVER, new Effect.SendAway());
                    case Event.Gathered _,
                            Event.ListenerFound _,
                            Event.NobodyListens _,
                            Event.Sent _,
                            Event.ChannelBroke _,
                            Event.AnswerCame _,
                            Event.HeadCame _,
                            Event.BodyEnded _,
                            Event.StreamEnded _,
                            Event.StreamLost _,
                            Event.Silent _,
                            Event.SenderLeft _,
                            Event.RelayStops _ -> Step.to(OVER);
                };
        };
    }

    /** A socket of the listener is there, or will be, and it has not answered: what happens to it decides. */
    private static Step withSocket(State state, Event event) {
        return switch (event) {
            case Event.StreamEnded _, Event.StreamLost _ -> refuse(Refusal.LISTENER_LOST);
            case Event.Silent(Refusal refusal) -> Step.to(OVER, new Effect.Refuse(refusal), new Effect.SendAway());
            case Event.SenderLeft _ -> Step.to(OVER, new Effect.SendAway());
            case Event.RelayStops _ -> Step.to(OVER, new Effect.Refuse(Refusal.DRAINING), new Effect.SendAway());
            case Event.Dialled _ -> Step.to(state, new Effect.TurnDialAway());
            case Event.Gathered _,
                    Event.ListenerFound _,
                    Event.NobodyListens _,
                    Event.Sent _,
                    Event.ChannelBroke _,
                    Event.AnswerCame _,
                    Event.StreamOpened _,
                    Event.HeadCame _,
                    Event.BodyEnded _ -> Step.to(state);
        };
    }

    private static Step answered(boolean usable, boolean body) {
        if (!usable) {
            return Step.to(OVER, new Effect.Refuse(Refusal.RESPONSE_UNUSABLE), new Effect.SendAway());
        }
        return body
                ? Step.to(ANSWERING, new Effect.PassHead())
                : Step.to(OVER, new Effect.PassHead(), new Effect.EndAnswer(), new Effect.Dismiss());
    }

    private static Step refuse(Refusal refusal) {
        return Step.to(OVER, new Effect.Refuse(refusal));
    }

    private static Step forgetAndRefuse(Refusal refusal) {
        return Step.to(OVER, new Effect.Forget(), new Effect.Refuse(refusal));
    }
}
