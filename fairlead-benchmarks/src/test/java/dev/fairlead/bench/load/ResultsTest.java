// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ResultsTest {

    private final Results results = new SampleResults()
            .load("64Bx1x1", Candidate.CRELAY, 1, 100)
            .load("64Bx1x1", Candidate.FAIRLEAD, 1.25, 90)
            .load("1KiBx64x16", Candidate.FAIRLEAD, 1.5, 80)
            .idle(Candidate.FAIRLEAD, 4_096)
            .http("http1KiBx64", Candidate.FAIRLEAD, 30, 0.24)
            .relayed("http100MiB-upload", Candidate.NODE, 2, 4)
            .sdkHeap(4_096)
            .results();

    @Test
    void whatWasWrittenIsReadAgain() {
        Results read = Results.read(results.write());

        assertThat(read.write()).isEqualTo(results.write());
        assertThat(read.cells(Part.LOAD)).containsExactly("64Bx1x1", "1KiBx64x16");
        assertThat(read.find(Part.IDLE, Bench.IDLE, Candidate.FAIRLEAD)
                        .orElseThrow()
                        .get(Figure.PAIRS))
                .isEqualTo(9_000);
        assertThat(read.leftOut()).containsExactly("1MiBx1000x16: too much");
    }

    @Test
    void numbersAreKeptWithFourDigits() {
        assertThat(results.write()).contains("\"p50_micros\":12.35,").contains("\"pairs\":9000,");
    }

    @Test
    void ratiosOfACandidateAreThoseOfTheCellsAskedFor() {
        assertThat(results.ratios(Candidate.FAIRLEAD, _ -> true)).containsExactly(1.25, 1.5);
        assertThat(results.ratios(Candidate.FAIRLEAD, cell -> cell.depth() == 16))
                .containsExactly(1.5);
        assertThat(results.ratios(Candidate.NODE, _ -> true)).isEmpty();
    }

    @Test
    void otherTextsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Results.read("no JSON"));
        assertThatIllegalArgumentException().isThrownBy(() -> Results.read("{}"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Results.read(results.write().replace("fairlead", "another")))
                .withMessage("candidate: another (expected: one that this version measures)");
    }
}
