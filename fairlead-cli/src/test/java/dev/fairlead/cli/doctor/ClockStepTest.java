// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockStepTest {

    @ParameterizedTest
    @CsvSource({"0, OK", "59, OK", "-59, OK", "60, WARN", "-300, WARN", "301, FAIL", "-86400, FAIL"})
    void minuteIsWarnedOfAndFiveAreAFault(int seconds, Outcome outcome) {
        assertThat(ClockStep.judge(Duration.ofSeconds(seconds)).finding().outcome())
                .isEqualTo(outcome);
    }

    @Test
    void itIsToldWhichClockIsFast() {
        assertThat(ClockStep.judge(Duration.ofMinutes(7)).finding().found())
                .isEqualTo("this machine's is 7m slow, compared with the relay's");
        assertThat(ClockStep.judge(Duration.ofMinutes(-7)).finding().found())
                .isEqualTo("this machine's is 7m fast, compared with the relay's");
    }
}
