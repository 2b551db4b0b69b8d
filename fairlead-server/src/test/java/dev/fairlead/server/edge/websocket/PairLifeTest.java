// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static dev.fairlead.server.edge.websocket.PairLife.Side.FIRST;
import static dev.fairlead.server.edge.websocket.PairLife.Side.SECOND;
import static dev.fairlead.server.edge.websocket.PairLife.Standing.FAREWELL;
import static dev.fairlead.server.edge.websocket.PairLife.Standing.GONE;
import static dev.fairlead.server.edge.websocket.PairLife.Standing.TALKING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.edge.websocket.PairLife.Effect;
import dev.fairlead.server.edge.websocket.PairLife.Event;
import dev.fairlead.server.edge.websocket.PairLife.Side;
import dev.fairlead.server.edge.websocket.PairLife.State;
import dev.fairlead.server.edge.websocket.PairLife.Step;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of Close on joined sockets, row by row. */
class PairLifeTest {

    @ParameterizedTest
    @EnumSource(Side.class)
    void closeIsPassedOnAndTheOtherMayGoOnTalking(Side side) {
        Step step = PairLife.next(State.JOINED, new Event.SaidClose(side));

        assertThat(step.next().of(side)).isEqualTo(FAREWELL);
        assertThat(step.next().of(side.other())).isEqualTo(TALKING);
        assertThat(step.effects()).containsExactly(new Effect.ForwardClose(side.other()), new Effect.AwaitClose());
    }

    @Test
    void secondCloseIsPassedOnAndBothPart() {
        Step step = PairLife.next(new State(FAREWELL, TALKING), new Event.SaidClose(SECOND));

        assertThat(step.next()).isEqualTo(State.OVER);
        assertThat(step.effects())
                .containsExactly(new Effect.ForwardClose(FIRST), new Effect.Part(FIRST), new Effect.Part(SECOND));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void sideThatHangsUpWithoutACloseTakesTheOtherAlong(Side side) {
        Step step = PairLife.next(State.JOINED, new Event.HungUp(side));

        assertThat(step.next()).isEqualTo(State.OVER);
        assertThat(step.effects()).containsExactly(new Effect.Cut(side.other()));
    }

    @Test
    void sideThatHangsUpAfterItsCloseLeavesTheOtherToAnswerIt() {
        Step step = PairLife.next(new State(FAREWELL, TALKING), new Event.HungUp(FIRST));

        assertThat(step.next()).isEqualTo(new State(GONE, TALKING));
        assertThat(step.effects()).isEmpty();
    }

    @Test
    void closeToOneWhoHungUpAfterItsOwnEndsThePair() {
        Step step = PairLife.next(new State(GONE, TALKING), new Event.SaidClose(SECOND));

        assertThat(step.next()).isEqualTo(State.OVER);
        assertThat(step.effects()).containsExactly(new Effect.Part(SECOND));
    }

    @Test
    void sideThatHangsUpInsteadOfAnsweringACloseTakesTheOtherAlong() {
        Step step = PairLife.next(new State(FAREWELL, TALKING), new Event.HungUp(SECOND));

        assertThat(step.effects()).containsExactly(new Effect.Cut(FIRST));
    }

    @Test
    void whoBreaksARuleIsToldWhyAndTheOtherIsCut() {
        Step step = PairLife.next(State.JOINED, new Event.Violated(SECOND));

        assertThat(step.next()).isEqualTo(State.OVER);
        assertThat(step.effects()).containsExactly(new Effect.SayClose(SECOND), new Effect.Cut(FIRST));
    }

    @Test
    void closeThatIsNotAnsweredForTooLongEndsBothWithoutAnother() {
        Step step = PairLife.next(new State(FAREWELL, TALKING), new Event.PatienceEnded());

        assertThat(step.effects()).containsExactly(new Effect.Cut(FIRST), new Effect.Cut(SECOND));
    }

    @Test
    void dismissedPairHearsOneCloseEach() {
        assertThat(PairLife.next(State.JOINED, new Event.Dismissed()).effects())
                .containsExactly(new Effect.SayClose(FIRST), new Effect.SayClose(SECOND));
        assertThat(PairLife.next(new State(FAREWELL, TALKING), new Event.Dismissed())
                        .effects())
                .containsExactly(new Effect.SayClose(FIRST), new Effect.Cut(SECOND));
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void nothingHappensAfterTheEnd(Event event) {
        assertThat(PairLife.next(State.OVER, event)).isEqualTo(new Step(State.OVER, List.of()));
    }

    static Stream<Event> everyEvent() {
        return Stream.concat(
                Stream.of(new Event.PatienceEnded(), new Event.Dismissed()),
                Stream.of(Side.values())
                        .flatMap(side -> Stream.of(
                                new Event.SaidClose(side), new Event.HungUp(side), new Event.Violated(side))));
    }
}
