// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.protocol.http.Header;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What {@code Date} says (RFC 9110, section 6.6.1), written anew each second. Safe from any thread. */
public final class AnswerDate {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private record Written(long second, String text) {}

    private final InstantSource clock;
    private volatile Written last = new Written(Long.MIN_VALUE, "");

    /** Takes the time from there. */
    public AnswerDate(InstantSource clock) {
        this.clock = clock;
    }

    /** {@return the line that an answer of now has} */
    public Header line() {
        return new Header("Date", now());
    }

    /** {@return the time by now} */
    String now() {
        long second = Math.floorDiv(clock.millis(), 1000L);
        Written written = last;
        if (written.second != second) {
            written = new Written(second, FORMAT.format(Instant.ofEpochSecond(second)));
            last = written;
        }
        return written.text;
    }
}
