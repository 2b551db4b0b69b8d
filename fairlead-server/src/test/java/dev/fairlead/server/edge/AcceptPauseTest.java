// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.fairlead.server.connection.ConnectionEvents;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a port does when the system has no file descriptor left. */
class AcceptPauseTest {

    private final ConnectionEvents events = new ConnectionEvents();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // the clock's zero is anywhere
    private final EmbeddedSocket port = new EmbeddedSocket();
    private final HeardLog log = HeardLog.of(AcceptPause.class);

    AcceptPauseTest() {
        port.pipeline().addLast(new AcceptPause(events, now::get));
    }

    @AfterEach
    void close() {
        log.close();
        port.finishAndReleaseAll();
    }

    private void fails() {
        port.pipeline().fireExceptionCaught(new IOException("accept(..) failed with error(-24): Too many open files"));
    }

    @Test
    void nothingIsAcceptedForAMomentAndThenItIsTriedAgain() {
        fails();
        assertThat(port.config().isAutoRead()).isFalse();

        port.passes(AcceptPause.PAUSE);

        assertThat(port.config().isAutoRead()).isTrue();
        assertThat(port.isOpen()).isTrue();
        assertThat(events.heard()).containsExactly("acceptFailed");
    }

    @Test
    void episodeIsWarnedOfOnceWithWhatToDo() {
        for (int i = 0; i < 100; i++) {
            fails();
            now.addAndGet(AcceptPause.EPISODE.minusNanos(1).toNanos());
        }

        assertThat(log.events())
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getFormattedMessage()).contains("Too many open files", "ulimit -n", "LimitNOFILE");
                    assertThat(event.getThrowableProxy()).isNull();
                });
        assertThat(events.heard()).hasSize(100);
    }

    @Test
    void nextEpisodeIsWarnedOfAnew() {
        fails();
        now.addAndGet(AcceptPause.EPISODE.toNanos());

        fails();

        assertThat(log.events()).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.WARN);
    }
}
