// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import java.time.Duration;

/**
 * Whether a backend is worth asking, as a function: what is true now and what happened give what is true next.
 *
 * <pre>
 *   Closed ──as many failures in a row as are borne──▶ Open
 *   Open ──its pause is over, and somebody asks──▶ Trying
 *   Trying ──taken──▶ Closed        Trying ──not taken──▶ Open, for twice as long
 *   Trying ──there was nothing to ask──▶ Open, and its pause is over
 * </pre>
 */
final class Breaker {

    /** The first time that a backend is left alone. */
    static final Duration SHORTEST = Duration.ofMillis(250);

    /** The longest time that a backend is left alone, which is how late it may be noticed that it is back. */
    static final Duration LONGEST = Duration.ofSeconds(2);

    private Breaker() {}

    /** How a backend stands. */
    sealed interface State {

        /** Everybody may ask. */
        record Closed(int failures) implements State {}

        /** Nobody may ask before that moment; {@code pause} is how long that was from its beginning on. */
        record Open(long untilNanos, Duration pause) implements State {}

        /** One asks, and the others wait for what comes of it; {@code pause} was the last. */
        record Trying(long untilNanos, Duration pause) implements State {}
    }

    /** A backend of which nothing bad is known. */
    static final State UNHURT = new State.Closed(0);

    /**
     * {@return whether one who asks now may; the state that follows is {@link #asked}}
     *
     * @param now by {@link System#nanoTime()}, as all moments here
     */
    static boolean admits(State state, long now) {
        return switch (state) {
            case State.Closed _ -> true;
            case State.Open open -> now - open.untilNanos >= 0;
            // who tries may be slow, and then another does
            case State.Trying trying -> now - trying.untilNanos >= 0;
        };
    }

    /** {@return what is true when one who was admitted asks} */
    static State asked(State state, long now) {
        return switch (state) {
            case State.Closed closed -> closed;
            case State.Open open -> new State.Trying(now + LONGEST.toNanos(), open.pause);
            case State.Trying trying -> new State.Trying(now + LONGEST.toNanos(), trying.pause);
        };
    }

    /** {@return what is true when one who was admitted did not ask after all: the next one may at once} */
    static State passedOver(State state, long now) {
        return switch (state) {
            case State.Closed _, State.Open _ -> state;
            case State.Trying trying -> new State.Open(now, trying.pause);
        };
    }

    /** {@return what is true when somebody's telling was not taken} */
    static State failed(State state, long now, int borne) {
        return switch (state) {
            case State.Closed(int failures) when failures + 1 < borne -> new State.Closed(failures + 1);
            case State.Closed _ -> new State.Open(now + SHORTEST.toNanos(), SHORTEST);
            // one that was asked before
            case State.Open open -> open;
            case State.Trying trying -> {
                Duration twice = trying.pause.multipliedBy(2);
                Duration pause = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
                yield new State.Open(now + pause.toNanos(), pause);
            }
        };
    }
}
