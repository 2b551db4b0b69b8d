// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.rendezvous;

import static dev.fairlead.server.relay.rendezvous.Rendezvous.OFFERED;
import static dev.fairlead.server.relay.rendezvous.Rendezvous.OVER;
import static dev.fairlead.server.relay.rendezvous.Rendezvous.SEEKING;
import static dev.fairlead.server.relay.rendezvous.Rendezvous.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.relay.rendezvous.Rendezvous.Effect;
import dev.fairlead.server.relay.rendezvous.Rendezvous.Event;
import dev.fairlead.server.relay.rendezvous.Rendezvous.State;
import dev.fairlead.server.relay.rendezvous.Rendezvous.Step;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a sender and a listener meet, row by row. */
class RendezvousTest {

    @Test
    void listenerThatIsFoundIsToldOfTheSender() {
        assertThat(next(SEEKING, new Event.ListenerFound())).isEqualTo(step(OFFERED, new Effect.Offer()));
    }

    @Test
    void senderIsToldThatNobodyListens() {
        assertThat(next(SEEKING, new Event.NobodyListens(Refusal.LISTENER_ABSENT)))
                .isEqualTo(step(OVER, new Effect.Refuse(Refusal.LISTENER_ABSENT)));
    }

    @Test
    void dialJoinsTheTwo() {
        assertThat(next(OFFERED, new Event.ListenerDialled()))
                .isEqualTo(step(OVER, new Effect.NoteDial(), new Effect.Join()));
    }

    @Test
    void rejectionGoesToTheSender() {
        assertThat(next(OFFERED, new Event.ListenerRejected()))
                .isEqualTo(step(OVER, new Effect.NoteDial(), new Effect.RelayRejection()));
    }

    @Test
    void silentListenerIsNotReplacedAndTheSenderIsTold() {
        assertThat(next(OFFERED, new Event.DeadlinePassed()))
                .isEqualTo(step(OVER, new Effect.NoteSilence(), new Effect.Refuse(Refusal.LISTENER_SILENT)));
    }

    @Test
    void senderIsToldThatTheRelayStops() {
        assertThat(next(OFFERED, new Event.RelayStops()))
                .isEqualTo(step(OVER, new Effect.NoteLeave(), new Effect.Refuse(Refusal.DRAINING)));
        assertThat(next(SEEKING, new Event.RelayStops())).isEqualTo(step(OVER, new Effect.Refuse(Refusal.DRAINING)));
    }

    @Test
    void listenerWhoseChannelBrokeIsReplaced() {
        assertThat(next(OFFERED, new Event.ChannelBroke()))
                .isEqualTo(step(SEEKING, new Effect.NoteLeave(), new Effect.Seek()));
    }

    @Test
    void dialOfAListenerWhoseChannelBrokeStillCounts() {
        assertThat(next(SEEKING, new Event.ListenerDialled())).isEqualTo(step(OVER, new Effect.Join()));
    }

    @Test
    void senderThatLeftIsAnsweredNothing() {
        assertThat(next(OFFERED, new Event.SenderLeft())).isEqualTo(step(OVER, new Effect.NoteLeave()));
    }

    @Test
    void deadlineThatPassesAfterTheMeetingChangesNothing() {
        assertThat(next(OVER, new Event.DeadlinePassed())).isEqualTo(step(OVER));
    }

    @Test
    void dialThatComesTooLateIsTurnedAway() {
        assertThat(next(OVER, new Event.ListenerDialled()))
                .isEqualTo(step(OVER, new Effect.NoteDial(), new Effect.TurnDialAway()));
        assertThat(next(OVER, new Event.ListenerRejected()))
                .isEqualTo(step(OVER, new Effect.NoteDial(), new Effect.TurnDialAway()));
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void nobodyIsJoinedAfterTheEnd(Event event) {
        assertThat(next(OVER, event).next()).isEqualTo(OVER);
        assertThat(next(OVER, event).effects()).doesNotContain(new Effect.Join());
    }

    static Stream<Event> everyEvent() {
        return Stream.of(
                new Event.ListenerFound(),
                new Event.NobodyListens(Refusal.LISTENER_ABSENT),
                new Event.ListenerDialled(),
                new Event.ListenerRejected(),
                new Event.ChannelBroke(),
                new Event.DeadlinePassed(),
                new Event.SenderLeft(),
                new Event.RelayStops());
    }

    private static Step step(State state, Effect... effects) {
        return new Step(state, List.of(effects));
    }
}
