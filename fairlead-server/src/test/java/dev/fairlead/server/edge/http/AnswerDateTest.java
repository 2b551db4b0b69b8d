// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** RFC 9110, section 5.6.7. */
class AnswerDateTest {

    private Instant now = Instant.parse("1994-11-06T08:49:37.999Z");
    private final AnswerDate date = new AnswerDate(() -> now);

    @Test
    void dateHasTwoDigitsForEachDayAndIsWrittenAnewEachSecond() {
        String first = date.now();
        assertThat(first).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");

        now = Instant.parse("1994-11-06T08:49:37Z");
        assertThat(date.now()).isSameAs(first);
        now = Instant.parse("1994-11-06T08:49:38Z");
        assertThat(date.now()).isEqualTo("Sun, 06 Nov 1994 08:49:38 GMT");
    }
}
