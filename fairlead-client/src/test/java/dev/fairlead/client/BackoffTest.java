// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "3, 2", "4, 5", "5, 10", "6, 30", "7, 30", "100000, 30"})
    void ceilingsAreThoseOfAzuresClients(int attempt, int seconds) {
        assertThat(new Backoff(Duration.ofSeconds(30), () -> 1).ceiling(attempt))
                .hasSeconds(seconds);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "3, 2", "4, 3", "6, 3", "9, 3"})
    void longestDelayBoundsEveryCeiling(int attempt, int seconds) {
        assertThat(new Backoff(Duration.ofSeconds(3), () -> 1).ceiling(attempt)).hasSeconds(seconds);
    }

    @Test
    void longestDelayIsTheLastCeiling() {
        assertThat(new Backoff(Duration.ofMinutes(5), () -> 1).ceiling(6)).hasMinutes(5);
    }

    @Test
    void waitIsTheCeilingShortenedByUpToAHalf() {
        assertThat(new Backoff(Duration.ofSeconds(30), () -> 0).delay(6)).hasSeconds(15);
        assertThat(new Backoff(Duration.ofSeconds(30), () -> 0.2).delay(6)).hasSeconds(18);
        assertThat(new Backoff(Duration.ofSeconds(30), () -> 1).delay(6)).hasSeconds(30);
        assertThat(new Backoff(Duration.ofSeconds(30), () -> 1).delay(1)).isZero();
    }
}
