// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import static dev.fairlead.server.relay.http.RequestLife.GATHERING;
import static dev.fairlead.server.relay.http.RequestLife.OVER;
import static dev.fairlead.server.relay.http.RequestLife.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.relay.http.RequestLife.Effect;
import dev.fairlead.server.relay.http.RequestLife.Event;
import dev.fairlead.server.relay.http.RequestLife.State;
import dev.fairlead.server.trials.Trials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a relayed request lives, row by row. */
class RequestLifeTest {

    private static final Event GATHERED = new Event.Gathered();
    private static final Event FOUND = new Event.ListenerFound();
    private static final Event SENT = new Event.Sent();
    private static final Event BROKE = new Event.ChannelBroke();
    private static final Event DIALLED = new Event.Dialled();
    private static final Event OPENED = new Event.StreamOpened();
    private static final Event HEAD = new Event.HeadCame(true, true);
    private static final Event ENDED = new Event.BodyEnded();
    private static final Event CLOSED = new Event.StreamEnded();
    private static final Event LOST = new Event.StreamLost();
    private static final Event SILENT = new Event.Silent(Refusal.RESPONSE_LATE);
    private static final Event LEFT = new Event.SenderLeft();
    private static final Event STOPS = new Event.RelayStops();

    private static final List<Event> ALL = List.of(
            GATHERED,
            FOUND,
            new Event.NobodyListens(Refusal.LISTENER_ABSENT),
            SENT,
            BROKE,
            new Event.AnswerCame(true),
            new Event.AnswerCame(false),
            DIALLED,
            OPENED,
            HEAD,
            new Event.HeadCame(true, false),
            new Event.HeadCame(false, true),
            ENDED,
            CLOSED,
            LOST,
            SILENT,
            LEFT,
            STOPS);

    @Test
    void answerOverTheControlChannelIsPassedOnWhole() {
        assertThat(effectsOf(GATHERED, FOUND, SENT, new Event.AnswerCame(true)))
                .containsExactly(new Effect.Seek(), new Effect.Ask(), new Effect.PassAnswer());
    }

    @Test
    void answerWithoutAUsableStatusIsAnErrorOfTheRelay() {
        assertThat(effectsOf(GATHERED, FOUND, SENT, new Event.AnswerCame(false)))
                .endsWith(new Effect.Refuse(Refusal.RESPONSE_UNUSABLE));
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, new Event.HeadCame(false, true)))
                .endsWith(new Effect.Refuse(Refusal.RESPONSE_UNUSABLE), new Effect.SendAway());
    }

    @Test
    void nobodyListensAndTheSenderIsTold() {
        assertThat(effectsOf(GATHERED, new Event.NobodyListens(Refusal.LISTENERS_EXCLUDED)))
                .endsWith(new Effect.Refuse(Refusal.LISTENERS_EXCLUDED));
    }

    @Test
    void requestThatWasNotSentGoesToAnotherListener() {
        assertThat(effectsOf(GATHERED, FOUND, BROKE, FOUND, SENT))
                .containsExactly(new Effect.Seek(), new Effect.Ask(), new Effect.Seek(), new Effect.Ask());
    }

    @Test
    void requestThatWasSentGoesToNobodyElse() {
        assertThat(effectsOf(GATHERED, FOUND, SENT, BROKE)).endsWith(new Effect.Refuse(Refusal.LISTENER_LOST));
    }

    @Test
    void listenerThatDialledNeedsItsControlChannelNoMore() {
        assertThat(effectsOf(GATHERED, FOUND, SENT, DIALLED, BROKE, OPENED, HEAD, ENDED))
                .containsExactly(
                        new Effect.Seek(),
                        new Effect.Ask(),
                        new Effect.Forget(),
                        new Effect.Admit(),
                        new Effect.TellRequest(),
                        new Effect.PassHead(),
                        new Effect.EndAnswer(),
                        new Effect.Dismiss());
    }

    @Test
    void answerWithoutABodyEndsWithItsHead() {
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, new Event.HeadCame(true, false)))
                .endsWith(new Effect.PassHead(), new Effect.EndAnswer(), new Effect.Dismiss());
    }

    @Test
    void closeInTheMiddleOfABodyIsItsEnd() {
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, HEAD, CLOSED)).endsWith(new Effect.EndAnswer());
    }

    @Test
    void lossInTheMiddleOfABodyIsNoEnd() {
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, HEAD, LOST)).endsWith(new Effect.CutSenderOff());
    }

    @Test
    void listenerThatLeavesBeforeItAnswersIsLost() {
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, CLOSED)).endsWith(new Effect.Refuse(Refusal.LISTENER_LOST));
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, CLOSED))
                .endsWith(new Effect.Refuse(Refusal.LISTENER_LOST));
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, LOST))
                .endsWith(new Effect.Refuse(Refusal.LISTENER_LOST));
    }

    @Test
    void silenceBeforeTheHeadIsAnErrorAndAfterItTheEndOfTheConnection() {
        assertThat(effectsOf(SILENT)).endsWith(new Effect.Refuse(Refusal.RESPONSE_LATE));
        assertThat(effectsOf(GATHERED, FOUND, SILENT))
                .endsWith(new Effect.Forget(), new Effect.Refuse(Refusal.RESPONSE_LATE));
        assertThat(effectsOf(GATHERED, FOUND, SENT, SILENT))
                .endsWith(new Effect.Forget(), new Effect.Refuse(Refusal.RESPONSE_LATE));
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, SILENT))
                .endsWith(new Effect.Refuse(Refusal.RESPONSE_LATE), new Effect.SendAway());
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, HEAD, SILENT))
                .endsWith(new Effect.CutSenderOff(), new Effect.SendAway());
    }

    @Test
    void listenerIsToldWhenTheSenderLeaves() {
        assertThat(effectsOf(GATHERED, FOUND, SENT, LEFT)).endsWith(new Effect.Forget());
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, LEFT)).endsWith(new Effect.SendAway());
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, HEAD, LEFT)).endsWith(new Effect.SendAway());
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, LEFT, OPENED)).endsWith(new Effect.SendAway());
    }

    @Test
    void stopOfTheRelayIsToldWhereItStillCanBe() {
        assertThat(effectsOf(STOPS)).endsWith(new Effect.Refuse(Refusal.DRAINING));
        assertThat(effectsOf(GATHERED, FOUND, SENT, STOPS)).endsWith(new Effect.Refuse(Refusal.DRAINING));
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, STOPS))
                .endsWith(new Effect.Refuse(Refusal.DRAINING), new Effect.SendAway());
        assertThat(effectsOf(GATHERED, FOUND, DIALLED, OPENED, HEAD, STOPS))
                .endsWith(new Effect.CutSenderOff(), new Effect.SendAway());
    }

    @Test
    void dialThatComesTooLateIsTurnedAway() {
        assertThat(effectsOf(GATHERED, FOUND, SENT, new Event.AnswerCame(true), DIALLED))
                .endsWith(new Effect.TurnDialAway());
    }

    @Test
    void whateverHappensTheSenderIsAnsweredOnceAndNothingFollows() {
        Trials.of(20_000, random -> {
            State state = GATHERING;
            List<Effect> effects = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                RequestLife.Step step = next(state, ALL.get(random.nextInt(ALL.size())));
                if (state.equals(OVER)) {
                    assertThat(step.next()).isEqualTo(OVER);
                }
                state = step.next();
                effects.addAll(step.effects());
            }
            List<Effect> told =
                    effects.stream().filter(RequestLifeTest::isToldToTheSender).toList();
            if (!told.isEmpty() && told.getFirst() instanceof Effect.PassHead) {
                assertThat(told.subList(1, told.size()))
                        .hasSizeLessThan(2)
                        .allMatch(then -> then instanceof Effect.EndAnswer || then instanceof Effect.CutSenderOff);
            } else {
                assertThat(told)
                        .hasSizeLessThan(2)
                        .allMatch(only -> only instanceof Effect.PassAnswer || only instanceof Effect.Refuse);
            }
        });
    }

    private static boolean isToldToTheSender(Effect effect) {
        return switch (effect) {
            case Effect.PassAnswer _, Effect.PassHead _, Effect.EndAnswer _, Effect.Refuse _, Effect.CutSenderOff _ ->
                true;
            default -> false;
        };
    }

    private static List<Effect> effectsOf(Event... events) {
        State state = GATHERING;
        List<Effect> effects = new ArrayList<>();
        for (Event event : Arrays.asList(events)) {
            RequestLife.Step step = next(state, event);
            state = step.next();
            effects.addAll(step.effects());
        }
        return effects;
    }
}
