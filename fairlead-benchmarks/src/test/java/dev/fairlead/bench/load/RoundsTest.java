// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private final Rounds rounds = new Rounds(Part.LOAD, Candidate.CRELAY);

    @Test
    void figuresAreTheMediansOfTheRounds() {
        add(Candidate.FAIRLEAD, 1, 30, 1);
        add(Candidate.FAIRLEAD, 2, 10, 1);
        add(Candidate.FAIRLEAD, 3, 20, 1);

        Entry entry = rounds.entries().getFirst();

        assertThat(entry.get(Figure.MESSAGES_PER_SECOND)).isEqualTo(20);
        assertThat(entry.rounds()).isEqualTo(3);
    }

    @Test
    void ratiosAreTakenWithinARoundBeforeTheMedian() {
        // a machine that became three times slower from round to round: the ratio is two all the same
        add(Candidate.CRELAY, 1, 1, 1);
        add(Candidate.FAIRLEAD, 1, 1, 2);
        add(Candidate.CRELAY, 2, 1, 3);
        add(Candidate.FAIRLEAD, 2, 1, 6);

        assertThat(rounds.entries())
                .filteredOn(entry -> entry.candidate() == Candidate.FAIRLEAD)
                .first()
                .satisfies(entry -> assertThat(entry.get(Figure.CPU_RATIO)).isEqualTo(2));
    }

    @Test
    void roundThatTheYardstickLacksGivesNoRatio() {
        add(Candidate.CRELAY, 1, 1, 1);
        add(Candidate.FAIRLEAD, 1, 1, 2);
        add(Candidate.FAIRLEAD, 2, 1, 50);
        add(Candidate.FAIRLEAD, 3, 1, 50);

        assertThat(rounds.entries())
                .filteredOn(entry -> entry.candidate() == Candidate.FAIRLEAD)
                .first()
                .satisfies(entry -> assertThat(entry.get(Figure.CPU_RATIO)).isEqualTo(2));
    }

    @Test
    void withoutTheYardstickThereIsNoRatio() {
        add(Candidate.FAIRLEAD, 1, 1, 2);

        assertThat(rounds.entries().getFirst().has(Figure.CPU_RATIO)).isFalse();
    }

    private void add(Candidate candidate, int round, double messages, double cpu) {
        rounds.add("64Bx1x1", candidate, round, new Sample(Map.of(Figure.MESSAGES_PER_SECOND, messages), cpu));
    }
}
