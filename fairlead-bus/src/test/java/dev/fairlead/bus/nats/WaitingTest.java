// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.HeldTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingTest {

    private final List<Long> sent = new ArrayList<>();
    private boolean open = true;
    private final Waiting waiting = new Waiting(new HeldTerms(Duration.ofSeconds(10), 3), this::send);

    private boolean send(Underway message) {
        if (open) {
            sent.add(message.number);
        }
        return open;
    }

    private static Underway message(long number, long since) {
        return new Underway(number, "news", "s", null, new byte[1], Underway.Otherwise.HELD, since);
    }

    @Test
    void withoutALineMessagesSetOut() {
        assertThat(waiting.joinLine(message(1, 0))).isEqualTo(Waiting.Admission.NO_LINE);
    }

    @Test
    void oneTriesAndTheRestFollowsInOrderOnceItIsHeard() {
        Underway first = message(1, 0);
        waiting.hold(message(2, 0));
        waiting.hold(first); // came back later than the second
        waiting.joinLine(message(3, 0));

        waiting.tryAll(List.of("news", "other"));
        waiting.tryAll(List.of("news"));
        assertThat(sent).containsExactly(1L);
        waiting.ended(first, Waiting.Fate.HEARD);

        assertThat(sent).containsExactly(1L, 2L, 3L);
        assertThat(waiting.joinLine(message(4, 0))).isEqualTo(Waiting.Admission.NO_LINE);
    }

    @Test
    void onlySoManyWaitWhetherInTheLineOrOnTheirWay() {
        Underway first = message(1, 0);
        waiting.hold(first);
        waiting.hold(message(2, 0));
        waiting.tryAll(List.of("news"));
        waiting.joinLine(message(3, 0));

        assertThat(waiting.joinLine(message(4, 0))).isEqualTo(Waiting.Admission.FULL);
        waiting.ended(first, Waiting.Fate.NOT_TAKEN);
        assertThat(waiting.joinLine(message(4, 0))).isEqualTo(Waiting.Admission.FULL);
    }

    @Test
    void messageThatMayHaveBeenHeardIsNotSentAgain() {
        Underway first = message(1, 0);
        waiting.hold(first);
        waiting.tryAll(List.of("news"));

        waiting.ended(first, Waiting.Fate.UNCERTAIN);
        waiting.tryAll(List.of("news"));

        assertThat(sent).containsExactly(1L);
    }

    @Test
    void whatHasWaitedTooLongIsDroppedAndTheRestTries() {
        waiting.hold(message(1, 0));
        waiting.hold(message(2, Duration.ofSeconds(1).toNanos()));

        waiting.pass(Duration.ofSeconds(10).toNanos());

        assertThat(sent).containsExactly(2L);
    }

    @Test
    void messageThatCannotBeSentStays() {
        open = false;
        waiting.hold(message(1, 0));
        waiting.tryAll(List.of("news"));
        open = true;

        waiting.pass(1);

        assertThat(sent).containsExactly(1L);
    }
}
