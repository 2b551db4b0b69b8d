// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
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

    @ParameterizedTest
    @CsvSource({"0, 0", "0.2, 6", "0.5, 15", "1, 30"})
    void waitLiesAnywhereBetweenNothingAndTheCeiling(double chance, int seconds) {
        assertThat(new Backoff(Duration.ofSeconds(30), () -> chance).delay(6)).hasSeconds(seconds);
    }

    @Test
    void firstWaitIsNone() {
        assertThat(new Backoff(Duration.ofSeconds(30), () -> 1).delay(1)).isZero();
    }

    @Test
    void waitsAreSpreadEvenlyOverTheWholeOfTheCeiling() {
        Backoff backoff = new Backoff(Duration.ofSeconds(30), new Random(7)::nextDouble);
        int[] quarters = new int[4];

        for (int i = 0; i < 4_000; i++) {
            quarters[(int) (backoff.delay(6).toMillis() / 7_500)]++;
        }

        assertThat(Arrays.stream(quarters)).allMatch(count -> count > 900 && count < 1_100);
    }
}
