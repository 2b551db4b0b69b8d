// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Docs, developing, testing, "The soak": {@code -Dfairlead.soak=24h} says how long. What is at rest after the first minute
 * is what everything later is compared with, once an hour and at the end.
 */
class SoakIT {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration ROUND = Duration.ofHours(1);

    private final Path folder = Path.of("target/soak").toAbsolutePath();

    @Test
    @Timeout(value = 30, unit = TimeUnit.DAYS)
    void serverHoldsNoMoreAfterAllThatVisitedItThanAfterTheFirstMinute(@TempDir Path home) throws IOException {
        Duration left =
                Duration.parse("PT" + System.getProperty("fairlead.soak", "5m").toUpperCase(Locale.ROOT));
        Files.createDirectories(folder);
        Files.deleteIfExists(folder.resolve("readings"));
        try (SoakedServer server = new SoakedServer(home, folder.resolve("server.log"))) {
            Churn churn = new Churn(server.relay());
            Reading first = round(server, churn, FIRST);
            left = left.minus(FIRST);
            while (left.isPositive()) {
                Duration next = left.compareTo(ROUND) < 0 ? left : ROUND;

                Reading later = round(server, churn, next);

                later.isNoMoreThan(first);
                left = left.minus(next);
            }
            churn.sawEveryKindOfVisit();
            server.stops();
            server.hasNothingToComplainOf();
        }
    }

    private Reading round(SoakedServer server, Churn churn, Duration time) throws IOException {
        churn.lasts(time);
        server.comesToRest();
        Reading reading = server.reading();
        server.hasNothingToComplainOf();
        Files.writeString(
                folder.resolve("readings"),
                Instant.now() + " " + reading + " " + churn + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return reading;
    }
}
