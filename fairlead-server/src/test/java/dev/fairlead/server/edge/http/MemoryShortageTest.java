// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.edge.HeardLog;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the edge remembers of memory that was not there. */
class MemoryShortageTest {

    private final ConnectionEvents events = new ConnectionEvents();
    private final AtomicLong now = new AtomicLong(Long.MIN_VALUE + 5); // the clock's zero is anywhere
    private final MemoryShortage memory = new MemoryShortage(events, now::get);
    private final HeardLog log = HeardLog.of(MemoryShortage.class);

    @AfterEach
    void close() {
        log.close();
    }

    private void fails() {
        assertThat(memory.felt(new OutOfMemoryError("planned")).getStackTrace()).isEmpty();
    }

    @Test
    void shortageIsFeltForAMoment() {
        assertThat(memory.isFelt()).isFalse();
        fails();
        assertThat(memory.isFelt()).isTrue();

        now.addAndGet(MemoryShortage.MOMENT.toNanos() - 1);
        assertThat(memory.isFelt()).isTrue();
        now.addAndGet(1);
        assertThat(memory.isFelt()).isFalse();
    }

    @Test
    void episodeIsWarnedOfOnceWithWhatToDoAndEachFailureIsCounted() {
        for (int i = 0; i < 10; i++) {
            fails();
            now.addAndGet(MemoryShortage.EPISODE.toNanos() - 1);
        }

        assertThat(log.events())
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("-XX:MaxDirectMemorySize"));
        assertThat(log.events())
                .allSatisfy(event -> assertThat(event.getThrowableProxy()).isNull());
        assertThat(events.heard()).hasSize(10).containsOnly("memoryShort");

        now.addAndGet(MemoryShortage.EPISODE.toNanos());
        fails();
        assertThat(log.events().getLast().getLevel()).isEqualTo(Level.WARN);
    }
}
