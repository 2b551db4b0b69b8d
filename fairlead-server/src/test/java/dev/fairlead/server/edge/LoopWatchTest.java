// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.fairlead.server.connection.ConnectionEvents;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An event loop that is held up, as its watch sees it. */
class LoopWatchTest {

    private final ConnectionEvents events = new ConnectionEvents();
    private final HeardLog log = HeardLog.of(LoopWatch.class);
    private final Queue<Runnable> asked = new ArrayDeque<>();

    @AfterEach
    void close() {
        log.close();
    }

    private void answers() {
        asked.remove().run();
    }

    private static void looks(LoopWatch watch, int times) {
        for (int i = 0; i < times; i++) {
            watch.look();
        }
    }

    @Test
    void loopThatAnswersIsLeftAlone() {
        LoopWatch watch = new LoopWatch(List.of(asked::add), events);

        for (int i = 0; i < 100; i++) {
            looks(watch, LoopWatch.PATIENCE);
            answers();
        }

        assertThat(events.heard()).isEmpty();
        assertThat(log.events()).isEmpty();
    }

    @Test
    void loopThatDoesNotAnswerIsToldOfOnceAndAskedOnce() {
        LoopWatch watch = new LoopWatch(List.of(asked::add), events);

        looks(watch, 100);

        assertThat(events.heard()).containsExactly("loopStalled");
        assertThat(log.events())
                .singleElement()
                .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.WARN));
        assertThat(asked).hasSize(1);
    }

    @Test
    void nextStallIsToldOfAnew() {
        LoopWatch watch = new LoopWatch(List.of(asked::add), events);
        looks(watch, 10);
        answers();
        looks(watch, 1);

        looks(watch, 10);

        assertThat(events.heard()).containsExactly("loopStalled", "loopStalled");
    }

    @Test
    void oneStallIsNotAnothers() {
        LoopWatch watch = new LoopWatch(List.of(Runnable::run, asked::add, Runnable::run), events);

        looks(watch, 10);

        assertThat(events.heard()).containsExactly("loopStalled");
    }

    @Test
    void whatBlocksTheLoopIsInTheLog() throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (ExecutorService loop = Executors.newSingleThreadExecutor()) {
            LoopWatch watch = new LoopWatch(List.of(loop), events);
            watch.look();
            loop.submit(() -> {}).get();
            loop.execute(() -> blocksForLong(within, release));
            within.await();

            looks(watch, LoopWatch.PATIENCE + 1);
            release.countDown();
        }

        assertThat(log.events())
                .singleElement()
                .satisfies(event -> assertThat(event.getThrowableProxy().getStackTraceElementProxyArray())
                        .anyMatch(element -> element.getSTEAsString().contains("blocksForLong")));
    }

    private static void blocksForLong(CountDownLatch within, CountDownLatch release) {
        within.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void loopThatEndedIsNotToldOf() {
        Executor ended = task -> {
            throw new RejectedExecutionException();
        };

        looks(new LoopWatch(List.of(ended), events), 100);

        assertThat(events.heard()).isEmpty();
    }
}
