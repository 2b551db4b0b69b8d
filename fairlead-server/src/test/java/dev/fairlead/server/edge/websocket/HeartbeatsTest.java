// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.PlannedFault;
import dev.fairlead.server.edge.EmbeddedSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

    private static final Duration INTERVAL = Duration.ofSeconds(32);

    /** A thirty-second part of the interval: connections that come in one tick beat in one tick. */
    private static final Duration TICK = Duration.ofSeconds(1);

    private final EmbeddedSocket loop = new EmbeddedSocket();
    private final Heartbeats heartbeats = new Heartbeats(loop.eventLoop(), INTERVAL);
    private final List<String> beats = new ArrayList<>();

    @AfterEach
    void end() {
        heartbeats.close();
        loop.close();
    }

    @Test
    void eachBeatsOnceInEachInterval() {
        for (int i = 0; i < 100; i++) {
            heartbeats.start(new Counted("beat " + i));
        }

        for (int interval = 1; interval <= 5; interval++) {
            loop.passes(INTERVAL);

            assertThat(beats).hasSize(100 * interval);
            assertThat(beats.stream().distinct()).hasSize(100);
            assertThat(Collections.frequency(beats, "beat 42")).isEqualTo(interval);
        }
    }

    @Test
    void firstBeatComesAfterAnInterval() {
        heartbeats.start(new Counted("early"));
        loop.passes(TICK.multipliedBy(7));
        heartbeats.start(new Counted("late"));

        loop.passes(INTERVAL.minus(TICK.multipliedBy(8)));
        assertThat(beats).isEmpty();
        loop.passes(TICK);
        assertThat(beats).containsExactly("early");

        loop.passes(TICK.multipliedBy(7));
        assertThat(beats).containsExactly("early", "late");
    }

    @Test
    void connectionsThatCameOneByOneBeatOneByOne() {
        for (int i = 0; i < 32; i++) {
            heartbeats.start(new Counted("beat " + i));
            loop.passes(TICK);
        }
        beats.clear();

        for (int i = 1; i <= 32; i++) {
            loop.passes(TICK);
            assertThat(beats).hasSize(i);
        }
    }

    @Test
    void oneThatStopsBeatsNoMoreAndMayStopTwice() {
        Counted stopped = new Counted("stopped");
        heartbeats.start(stopped);
        heartbeats.start(new Counted("other"));
        stopped.stop();
        stopped.stop();

        loop.passes(INTERVAL.multipliedBy(3));

        assertThat(beats).containsExactly("other", "other", "other");
    }

    @Test
    void oneThatWasNeverStartedMayStop() {
        new Counted("never").stop();

        loop.passes(INTERVAL);

        assertThat(beats).isEmpty();
    }

    @Test
    void beatMayStopItself() {
        heartbeats.start(new Counted("once") {
            @Override
            void beat() {
                super.beat();
                stop();
            }
        });
        heartbeats.start(new Counted("other"));

        loop.passes(INTERVAL.multipliedBy(2));

        assertThat(beats).containsExactly("once", "other", "other");
    }

    @Test
    void beatMayStopOthersThatComeBeforeAndBehindIt() {
        Counted before = new Counted("before");
        Counted behind = new Counted("behind");
        heartbeats.start(before);
        heartbeats.start(new Counted("ends both") {
            @Override
            void beat() {
                super.beat();
                before.stop();
                behind.stop();
            }
        });
        heartbeats.start(behind);
        heartbeats.start(new Counted("last"));

        loop.passes(INTERVAL.multipliedBy(2));

        assertThat(beats).containsExactly("before", "ends both", "last", "ends both", "last");
    }

    @Test
    void oneThatABeatStartsWaitsForItsOwnInterval() {
        Counted child = new Counted("child");
        heartbeats.start(new Counted("parent") {
            @Override
            void beat() {
                super.beat();
                if (beats.size() == 1) {
                    heartbeats.start(child);
                }
            }
        });

        loop.passes(INTERVAL);
        assertThat(beats).containsExactly("parent");

        loop.passes(INTERVAL);
        assertThat(beats).containsExactlyInAnyOrder("parent", "parent", "child");
    }

    @Test
    void beatThatFailsKeepsNobodyElseFromBeating() {
        heartbeats.start(new Counted("before"));
        heartbeats.start(new Counted("faulty") {
            @Override
            void beat() {
                throw new PlannedFault();
            }
        });
        heartbeats.start(new Counted("behind"));

        loop.passes(INTERVAL.multipliedBy(2));

        assertThat(beats).containsExactly("before", "behind", "before", "behind");
    }

    @Test
    void nothingBeatsAfterTheEnd() {
        heartbeats.start(new Counted("any"));
        loop.passes(INTERVAL);

        heartbeats.close();
        heartbeats.start(new Counted("too late"));
        loop.passes(INTERVAL.multipliedBy(2));

        assertThat(beats).containsExactly("any");
    }

    private class Counted extends Heartbeats.Heartbeat {

        private final String name;

        Counted(String name) {
            this.name = name;
        }

        @Override
        void beat() {
            beats.add(name);
        }
    }
}
