// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "30s, PT30S", "5m, PT5M", "1h30m, PT1H30M", "2d, P2D", "0s, PT0S", "1m500ms, PT1M0.5S"
    })
    void whatIsWrittenIsReadAndWrittenAgain(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
        assertThat(Durations.print(duration)).isEqualTo(text);
    }

    @Test
    void ninetySecondsAreWrittenAsAMinuteAndAHalf() {
        assertThat(Durations.print(Durations.parse("90s"))).isEqualTo("1m30s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-1s", "1.5h", "30 s", "30S", "30m1h", "PT30S", "9999999999s"})
    void whatIsWrittenOtherwiseIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text + " (expected: a duration such as 30s, 5m or 1h30m)");
    }
}
