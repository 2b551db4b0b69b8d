// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void numbersHaveAFractionOnlyWhereItTellsSomething() {
        assertThat(Figures.text(1_234_567.8)).isEqualTo("1,234,568");
        assertThat(Figures.text(12.345)).isEqualTo("12.3");
        assertThat(Figures.text(1.2345)).isEqualTo("1.23");
    }

    @Test
    void timesAreWrittenInTheUnitThatFits() {
        assertThat(Figures.micros(999)).isEqualTo("999 µs");
        assertThat(Figures.micros(1_500)).isEqualTo("1.50 ms");
        assertThat(Figures.micros(2_500_000)).isEqualTo("2.50 s");
    }

    @Test
    void roundedNumbersStayPlain() {
        assertThat(Figures.rounded(123_456.789, 4)).isEqualTo(123_500L);
        assertThat(Figures.rounded(1.234567, 4)).isEqualTo(1.235);
        assertThat(Figures.rounded(0, 4)).isEqualTo(0L);
    }
}
