// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a stop takes to send its peers away. */
class PartingWindowTest {

    private static final Duration ROUNDING = Duration.ofNanos(10);

    @ParameterizedTest
    @CsvSource({
        "0, PT30S, PT0S",
        "1, PT30S, PT0.005S",
        "25, PT30S, PT0.125S",
        "1000, PT30S, PT5S",
        "1000, PT9S, PT3S",
        "1000, PT0S, PT0S",
        "5000, PT30S, PT10S",
        "5000, PT1H, PT10S",
    })
    void windowGrowsWithTheListenersUpToAThirdOfTheStop(int listeners, Duration drainTimeout, Duration window) {
        assertThat(PartingWindow.of(listeners, drainTimeout).length()).isEqualTo(window);
    }

    @Test
    void noPartOfTheWindowIsLeftOutAndNoneIsCrowded() {
        PartingWindow window = PartingWindow.of(1_000, Duration.ofSeconds(30));
        List<Duration> first = new ArrayList<>();
        List<Duration> last = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            first.add(window.delay(i, 0));
            last.add(window.delay(i, Math.nextDown(1.0)));
        }

        for (int i = 0; i < 1_000; i++) {
            assertThat(first.get(i)).isCloseTo(Duration.ofMillis(5L * i), ROUNDING);
            assertThat(last.get(i)).isCloseTo(Duration.ofMillis(5L * (i + 1)), ROUNDING);
        }
    }
}
