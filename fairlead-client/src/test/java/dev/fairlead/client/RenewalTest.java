// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalTest {

    @ParameterizedTest
    @CsvSource({
        "PT1H, PT55M",
        "PT24H, PT23H55M",
        "PT15M, PT10M",
        "PT9M, PT6M",
        "PT3S, PT2S",
        "PT0.06S, PT0.05S",
        "PT0S, PT30S",
        "PT-1H, PT30S"
    })
    void tokenIsRenewedFiveMinutesOrAThirdOfItsLifeBeforeItsEnd(Duration left, Duration delay) {
        assertThat(Renewal.delay(left, () -> 0)).isEqualTo(delay);
    }

    @Test
    void notAllListenersRenewAtOnce() {
        assertThat(Renewal.delay(Duration.ofHours(1), () -> 1)).isEqualTo(Duration.ofMinutes(54));
    }

    @ParameterizedTest
    @CsvSource({"PT5M, PT30S", "PT30S, PT10S", "PT0.03S, PT0.05S", "PT-1S, PT30S", "PT-9000000000000H, PT30S"})
    void renewalThatFailedIsTriedAgainWhileTheTokenLasts(Duration left, Duration delay) {
        assertThat(Renewal.retryDelay(left)).isEqualTo(delay);
    }
}
