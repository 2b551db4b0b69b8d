// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.gateway.delivery.Breaker.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a backend is left alone. */
class BreakerTest {

    private static final int BORNE = 3;
    private static final long NOW = Long.parseLong("9223372036854775800"); // nanoTime may overflow at any time

    private static final State OPEN = new State.Open(NOW + Breaker.SHORTEST.toNanos(), Breaker.SHORTEST);

    @Test
    void fewFailuresAreBorne() {
        State state = Breaker.UNHURT;
        for (int i = 1; i < BORNE; i++) {
            state = Breaker.failed(state, NOW, BORNE);
            assertThat(Breaker.admits(state, NOW)).isTrue();
        }
    }

    @Test
    void asManyFailuresAsAreBorneOpenIt() {
        State state = Breaker.failed(new State.Closed(BORNE - 1), NOW, BORNE);

        assertThat(state).isEqualTo(OPEN);
        assertThat(Breaker.admits(state, NOW)).isFalse();
        assertThat(Breaker.admits(state, NOW + Breaker.SHORTEST.toNanos() - 1)).isFalse();
        assertThat(Breaker.admits(state, NOW + Breaker.SHORTEST.toNanos())).isTrue();
    }

    @Test
    void oneTriesWhenThePauseIsOverAndTheOthersWait() {
        long later = NOW + Breaker.SHORTEST.toNanos();

        State trying = Breaker.asked(OPEN, later);

        assertThat(trying).isInstanceOf(State.Trying.class);
        assertThat(Breaker.admits(trying, later)).isFalse();
    }

    @Test
    void anotherTriesWhenTheFirstIsSlow() {
        State trying = Breaker.asked(OPEN, NOW);

        assertThat(Breaker.admits(trying, NOW + Breaker.LONGEST.toNanos())).isTrue();
    }

    @Test
    void oneWhoHadNothingToAskLeavesTheTryToTheNext() {
        State trying = Breaker.asked(OPEN, NOW);

        State state = Breaker.passedOver(trying, NOW + 7);

        assertThat(Breaker.admits(state, NOW + 7)).isTrue();
        assertThat(Breaker.failed(Breaker.asked(state, NOW + 7), NOW + 7, BORNE))
                .isInstanceOfSatisfying(
                        State.Open.class, open -> assertThat(open.pause()).isEqualTo(Breaker.SHORTEST.multipliedBy(2)));
        assertThat(Breaker.passedOver(Breaker.UNHURT, NOW)).isEqualTo(Breaker.UNHURT);
        assertThat(Breaker.passedOver(OPEN, NOW)).isEqualTo(OPEN);
    }

    @Test
    void eachTryThatFailsIsFollowedByALongerPauseUpToTheLongest() {
        State state = OPEN;
        Duration pause = Breaker.SHORTEST;
        for (int i = 0; i < 10; i++) {
            state = Breaker.failed(Breaker.asked(state, NOW), NOW, BORNE);
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(Breaker.LONGEST) > 0 ? Breaker.LONGEST : twice;
            assertThat(state).isEqualTo(new State.Open(NOW + pause.toNanos(), pause));
        }
    }

    @Test
    void failureOfOneWhoWasAskedBeforeChangesNothing() {
        assertThat(Breaker.failed(OPEN, NOW + 7, BORNE)).isEqualTo(OPEN);
    }
}
