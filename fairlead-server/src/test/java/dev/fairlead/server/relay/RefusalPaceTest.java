// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.UpgradeAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Docs, protocol, "Refusals": a listener that dials again at once and for ever is slowed down. */
class RefusalPaceTest {

    private static final UpgradeAnswer.Refused REFUSED = UpgradeAnswer.Refused.of(Refusal.TOKEN_EXPIRED);
    private static final int MOST_WAITING = 1_000;

    private final FakeTime time = new FakeTime();
    private final RefusalPace pace = new RefusalPace();

    @Test
    void answerComesAfterASecond() {
        CompletableFuture<UpgradeAnswer> answer = late(new FakePeer("listener", time));

        time.passes(Duration.ofSeconds(1).minusNanos(1));
        assertThat(answer).isNotDone();

        time.passes(Duration.ofNanos(1));
        assertThat(answer).isCompletedWithValue(REFUSED);
    }

    @Test
    void whoComesWhenTooManyWaitIsAnsweredAtOnce() {
        List<CompletableFuture<UpgradeAnswer>> waiting = crowd();

        assertThat(late(new FakePeer("one more", time))).isCompletedWithValue(REFUSED);

        assertThat(waiting).allSatisfy(each -> assertThat(each).isNotDone());
        time.passes(Duration.ofSeconds(1));
        assertThat(waiting).allSatisfy(each -> assertThat(each).isCompletedWithValue(REFUSED));
        assertThat(late(new FakePeer("later", time))).isNotDone();
    }

    @Test
    void whoLeavesMakesRoomForOneOtherAndKeepsNoTimer() {
        FakePeer impatient = new FakePeer("impatient", time);
        late(impatient);
        for (int i = 1; i < MOST_WAITING; i++) {
            late(new FakePeer("listener " + i, time));
        }

        impatient.leaves();

        assertThat(time.timers()).isEqualTo(MOST_WAITING - 1);
        assertThat(late(new FakePeer("next", time))).isNotDone();
        assertThat(late(new FakePeer("one too many", time))).isDone();
    }

    @Test
    void whoLeavesAfterItsAnswerMakesNoRoomASecondTime() {
        FakePeer answered = new FakePeer("answered", time);
        late(answered);
        time.passes(Duration.ofSeconds(1));
        crowd();

        answered.leaves();

        assertThat(late(new FakePeer("one too many", time))).isDone();
    }

    private List<CompletableFuture<UpgradeAnswer>> crowd() {
        List<CompletableFuture<UpgradeAnswer>> waiting = new ArrayList<>();
        for (int i = 0; i < MOST_WAITING; i++) {
            waiting.add(late(new FakePeer("listener " + i, time)));
        }
        return waiting;
    }

    private CompletableFuture<UpgradeAnswer> late(FakePeer peer) {
        return pace.late(peer, REFUSED).toCompletableFuture();
    }
}
