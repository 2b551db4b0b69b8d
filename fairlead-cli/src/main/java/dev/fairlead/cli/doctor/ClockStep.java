// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.server.settings.Durations;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** How far this machine's clock and the relay's are apart: tokens end by the relay's. */
final class ClockStep {

    static final String NAME = "clock";

    private static final Duration NOTABLE = Duration.ofMinutes(1);
    private static final Duration HARMFUL = Duration.ofMinutes(5);

    private ClockStep() {}

    /** {@return what is to be added to this machine's time to have the relay's} */
    static Insight<Duration> examine(Way way, InstantSource clock) throws IOException {
        Instant asked = clock.instant();
        Answer answer = way.anything();
        Instant answered = clock.instant();
        Instant between = asked.plus(Duration.between(asked, answered).dividedBy(2));
        String date = answer.header("Date").orElse("");
        try {
            return judge(Duration.between(
                    between,
                    ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant()));
        } catch (DateTimeParseException _) {
            return Insight.of(
                    Finding.warn(
                            NAME,
                            "the relay's answers have no date to compare with",
                            "compare this machine's clock with a good one: tokens are valid for a time only"),
                    Duration.ZERO);
        }
    }

    static Insight<Duration> judge(Duration ahead) {
        Duration apart = ahead.abs();
        if (apart.compareTo(NOTABLE) < 0) {
            return Insight.of(Finding.ok(NAME, "the same as the relay's, within a minute"), ahead);
        }
        String found = "this machine's is " + Durations.print(Duration.ofSeconds(apart.toSeconds()))
                + (ahead.isNegative() ? " fast" : " slow") + ", compared with the relay's";
        String remedy = "set the clock that is wrong, and keep it right by NTP: "
                + (ahead.isNegative()
                        ? "tokens that are made here last longer than they say"
                        : "tokens that are made here end too early, or are expired from the start");
        return Insight.of(
                apart.compareTo(HARMFUL) > 0 ? Finding.fail(NAME, found, remedy) : Finding.warn(NAME, found, remedy),
                ahead);
    }
}
