// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import java.util.ArrayList;
import java.util.List;

/**
 * The end of two joined sockets, as a function: how each side stands and what happened give how they stand next and what
 * is to be done. Nothing is done here; the caller, on the pair's event loop, carries the effects out.
 *
 * <pre>
 *   TALKING ──says Close──▶ FAREWELL ──hangs up──▶ GONE
 *      └─────────────────hangs up────────────────────▲
 * </pre>
 *
 * <p>A Close goes one way: who has said it may still hear the other talk (RFC 6455, section 5.5.1, asks for an answer
 * "as soon as practical"; services use the time to end what they were sending). When both have said it, both sockets are
 * closed. Who hangs up without it takes the other along.
 */
final class PairLife {

    private PairLife() {}

    /** One of the two. */
    enum Side {
        FIRST,
        SECOND;

        Side other() {
            return this == FIRST ? SECOND : FIRST;
        }
    }

    /** How a side stands. */
    enum Standing {
        /** Sends frames. */
        TALKING,
        /** Said Close, and may still be written to. */
        FAREWELL,
        /** Its socket is closed, or is about to be. */
        GONE
    }

    /** How both stand. */
    record State(Standing first, Standing second) {

        static final State JOINED = new State(Standing.TALKING, Standing.TALKING);

        static final State OVER = new State(Standing.GONE, Standing.GONE);

        Standing of(Side side) {
            return side == Side.FIRST ? first : second;
        }

        /** Whether one side said Close, and is still there to hear what the other says. */
        boolean hearsOnly() {
            return (first == Standing.FAREWELL && second == Standing.TALKING)
                    || (first == Standing.TALKING && second == Standing.FAREWELL);
        }

        private State with(Side side, Standing standing) {
            return side == Side.FIRST ? new State(standing, second) : new State(first, standing);
        }
    }

    /** What happens to a pair. */
    sealed interface Event {

        /** A side sent a Close frame. */
        record SaidClose(Side side) implements Event {}

        /** A side's socket is closed. */
        record HungUp(Side side) implements Event {}

        /** A side broke a rule of the protocol. */
        record Violated(Side side) implements Event {}

        /** One side said Close, and the other was silent for too long, or spoke to nobody. */
        record PatienceEnded() implements Event {}

        /** Both sides are to go: the pair was idle for too long, or the server stops. */
        record Dismissed() implements Event {}
    }

    /** What is to be done. */
    sealed interface Effect {

        /** Pass the Close on. */
        record ForwardClose(Side to) implements Effect {}

        /** Give the other side some time to say Close, too. */
        record AwaitClose() implements Effect {}

        /** Close the socket when all is written. */
        record Part(Side side) implements Effect {}

        /** Close the socket without a Close frame. */
        record Cut(Side side) implements Effect {}

        /** Say Close on the server's own account, and close the socket. */
        record SayClose(Side side) implements Effect {}
    }

    /** What follows. */
    record Step(State next, List<Effect> effects) {
        private static Step to(State next, Effect... effects) {
            return new Step(next, List.of(effects));
        }
    }

    /** Total: every event has an answer in every state, and one that comes too late changes nothing. */
    static Step next(State state, Event event) {
        return switch (event) {
            case Event.SaidClose(Side side)
            when state.of(side) == Standing.TALKING ->
                switch (state.of(side.other())) {
                    case TALKING ->
                        Step.to(
                                state.with(side, Standing.FAREWELL),
                                new Effect.ForwardClose(side.other()),
                                new Effect.AwaitClose());
                    case FAREWELL ->
                        Step.to(
                                State.OVER,
                                new Effect.ForwardClose(side.other()),
                                new Effect.Part(side.other()),
                                new Effect.Part(side));
                    case GONE -> Step.to(State.OVER, new Effect.Part(side));
                };
            case Event.HungUp(Side side) ->
                switch (state.of(side)) {
                    case TALKING -> Step.to(State.OVER, cutIfThere(state, side.other()));
                    case FAREWELL -> Step.to(state.with(side, Standing.GONE));
                    case GONE -> Step.to(state);
                };
            case Event.Violated(Side side)
            when state.of(side) != Standing.GONE ->
                state.of(side.other()) == Standing.GONE
                        ? Step.to(State.OVER, new Effect.SayClose(side))
                        : Step.to(State.OVER, new Effect.SayClose(side), new Effect.Cut(side.other()));
            case Event.PatienceEnded() -> leave(state, false);
            case Event.Dismissed() -> leave(state, true);
            case Event.SaidClose _, Event.Violated _ -> Step.to(state);
        };
    }

    private static Effect[] cutIfThere(State state, Side side) {
        return state.of(side) == Standing.GONE ? new Effect[0] : new Effect[] {new Effect.Cut(side)};
    }

    private static Step leave(State state, boolean sayClose) {
        List<Effect> effects = new ArrayList<>(2);
        for (Side side : Side.values()) {
            if (state.of(side) != Standing.GONE) {
                // Who was passed the other's Close has heard its last frame.
                boolean mayHear = state.of(side.other()) == Standing.TALKING;
                effects.add(sayClose && mayHear ? new Effect.SayClose(side) : new Effect.Cut(side));
            }
        }
        return new Step(State.OVER, List.copyOf(effects));
    }
}
