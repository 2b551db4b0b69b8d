// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import java.time.Duration;
import java.util.List;

/**
 * Whether a listener can be expected to dial when it is told of a sender, as a function: what is true now and what happened
 * give what is true next and what is to be done. Nothing is done here; the caller carries the effects out.
 *
 * <pre>
 *   Trusted ──so many silent meetings in a row──▶ Aside ──cool-down ends──▶ Due ──a sender is its probe──▶ Probed
 *      ▲                                            ▲ │                      │ ▲────────probe left───────────┤ │
 *      │                                            └─┼──────────────────────┼──────probe met silence────────┘ │
 *      └──────────────────────────────dialled─────────┴──────────────────────┴─────────────────────────────────┘
 *   each ──lost──▶ Gone
 * </pre>
 *
 * <p>The cool-down is {@link #FIRST_COOL_DOWN} at first, and doubles with each probe that met silence, up to
 * {@link #LONGEST_COOL_DOWN}. A sender that leaves before its deadline says nothing of the listener.
 */
final class Trust {

    /** How long a listener is left alone before a sender tries it again. */
    static final Duration FIRST_COOL_DOWN = Duration.ofSeconds(10);

    /** The longest time between two tries. */
    static final Duration LONGEST_COOL_DOWN = Duration.ofMinutes(5);

    private Trust() {}

    /** What is true. */
    sealed interface State {

        /** It dials, as far as is known; the last {@code silences} meetings it met with silence. */
        record Trusted(int silences) implements State {}

        /** It is set aside, and left alone for a while. */
        record Aside(Duration coolDown) implements State {}

        /** It is set aside, and the next sender is to try it. */
        record Due(Duration coolDown) implements State {}

        /** It is set aside, and one sender tries it. */
        record Probed(Duration coolDown) implements State {}

        /** Its channel is lost. */
        record Gone() implements State {}
    }

    /** What happens. */
    sealed interface Event {

        /** It dialled, to meet or to reject, in time or late. */
        record Dialled() implements Event {}

        /** A sender waited for it as long as it may. */
        record Silent(boolean probe) implements Event {}

        /** A sender waits for it no more, and could have waited longer. */
        record Left(boolean probe) implements Event {}

        /** It was left alone as long as it was to be. */
        record CoolDownEnded() implements Event {}

        /** A sender was chosen to try it. */
        record ProbeBegun() implements Event {}

        /** Its channel is lost. */
        record Lost() implements Event {}
    }

    /** What is to be done. */
    sealed interface Effect {

        /** Tell that it is set aside. */
        record TellSetAside() implements Effect {}

        /** Let {@link Event.CoolDownEnded} happen after a while. */
        record CoolDown(Duration length) implements Effect {}

        /** Tell that it dials again. */
        record TellBack() implements Effect {}

        /** It counts no more among those that are set aside. */
        record EndAside() implements Effect {}
    }

    /** What follows. */
    record Step(State next, List<Effect> effects) {
        private static Step to(State next, Effect... effects) {
            return new Step(next, List.of(effects));
        }
    }

    static final State NEW = new State.Trusted(0);
    static final State GONE = new State.Gone();

    /** {@return whether the listener is chosen only when no other fits} */
    static boolean isAside(State state) {
        return switch (state) {
            case State.Aside _, State.Due _, State.Probed _ -> true;
            case State.Trusted _, State.Gone _ -> false;
        };
    }

    /**
     * Total: every event has an answer in every state, and one that comes too late changes nothing.
     *
     * @param limit how many silent meetings in a row set a listener aside
     */
    static Step next(State state, Event event, int limit) {
        return switch (state) {
            case State.Trusted(int silences) ->
                switch (event) {
                    case Event.Dialled _ -> Step.to(NEW);
                    case Event.Silent _ ->
                        silences + 1 < limit
                                ? Step.to(new State.Trusted(silences + 1))
                                : Step.to(
                                        new State.Aside(FIRST_COOL_DOWN),
                                        new Effect.TellSetAside(),
                                        new Effect.CoolDown(FIRST_COOL_DOWN));
                    case Event.Lost _ -> Step.to(GONE);
                    case Event.Left _, Event.CoolDownEnded _, Event.ProbeBegun _ -> Step.to(state);
                };
            case State.Aside(Duration coolDown) ->
                switch (event) {
                    case Event.CoolDownEnded _ -> Step.to(new State.Due(coolDown));
                    case Event.Dialled _ -> back();
                    case Event.Lost _ -> gone();
                    case Event.Silent _, Event.Left _, Event.ProbeBegun _ -> Step.to(state);
                };
            case State.Due(Duration coolDown) ->
                switch (event) {
                    case Event.ProbeBegun _ -> Step.to(new State.Probed(coolDown));
                    case Event.Dialled _ -> back();
                    case Event.Lost _ -> gone();
                    case Event.Silent _, Event.Left _, Event.CoolDownEnded _ -> Step.to(state);
                };
            case State.Probed(Duration coolDown) ->
                switch (event) {
                    case Event.Silent(boolean probe)
                    when probe -> {
                        Duration longer = longer(coolDown);
                        yield Step.to(new State.Aside(longer), new Effect.CoolDown(longer));
                    }
                    case Event.Left(boolean probe) when probe -> Step.to(new State.Due(coolDown));
                    case Event.Dialled _ -> back();
                    case Event.Lost _ -> gone();
                    case Event.Silent _, Event.Left _, Event.CoolDownEnded _, Event.ProbeBegun _ -> Step.to(state);
                };
            case State.Gone _ -> Step.to(state);
        };
    }

    private static Step back() {
        return Step.to(NEW, new Effect.TellBack(), new Effect.EndAside());
    }

    private static Step gone() {
        return Step.to(GONE, new Effect.EndAside());
    }

    private static Duration longer(Duration coolDown) {
        Duration twice = coolDown.multipliedBy(2);
        return twice.compareTo(LONGEST_COOL_DOWN) < 0 ? twice : LONGEST_COOL_DOWN;
    }
}
