// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.server.connection.ConnectionObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each event loop twice a second whether it is there, and tells of one that has not answered for a second, once, with
 * what it does: something blocks it, and all its connections stand still. It counts its own looks and not the time, so
 * that a pause of the whole process is nobody's fault.
 */
final class LoopWatch implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LoopWatch.class);

    private static final Duration LOOK = Duration.ofMillis(500);

    /** Looks without an answer until a second is over for sure. */
    static final int PATIENCE = 3;

    private final List<Watched> loops;
    private final ConnectionObserver observer;
    private @Nullable ScheduledExecutorService looking;

    /** Looks only when told to. */
    LoopWatch(List<? extends Executor> loops, ConnectionObserver observer) {
        this.loops = loops.stream().map(Watched::new).toList();
        this.observer = observer;
    }

    /** Looks from now on, on a thread of its own. */
    LoopWatch start() {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("fairlead-loop-watch").factory());
        // A fixed delay: looks that were missed in a pause are not made up for.
        var _ = thread.scheduleWithFixedDelay(this::look, 0, LOOK.toNanos(), TimeUnit.NANOSECONDS);
        looking = thread;
        return this;
    }

    /** Looks at every loop once. On one thread. */
    void look() {
        loops.forEach(this::look);
    }

    private void look(Watched loop) {
        if (loop.answered) {
            if (loop.unanswered >= PATIENCE) {
                LOGGER.atInfo().log("event loop {} answers again", loop.name());
            }
            loop.unanswered = 0;
            loop.answered = false;
            try {
                loop.executor.execute(loop);
            } catch (RejectedExecutionException _) {
                // The loop has ended, and never answers again.
                loop.unanswered = PATIENCE;
            }
        } else if (++loop.unanswered == PATIENCE) {
            observer.loopStalled();
            Stalled stalled = new Stalled(loop);
            LOGGER.atWarn()
                    .setCause(stalled)
                    .log("event loop {} has not answered for a second: its connections stand still", loop.name());
        }
    }

    /** Looks no more. */
    @Override
    public void close() {
        if (looking != null) {
            looking.shutdownNow();
        }
    }

    /** One loop; what it is asked is to run this. */
    private static final class Watched implements Runnable {

        private final Executor executor;
        private volatile @Nullable Thread thread;
        private volatile boolean answered = true;
        private int unanswered;

        Watched(Executor executor) {
            this.executor = executor;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            answered = true;
        }

        String name() {
            Thread known = thread;
            return known == null ? "that never ran" : known.getName();
        }
    }

    /** Carries the stack of a loop into the log; it is never thrown. */
    private static final class Stalled extends Exception {

        private static final long serialVersionUID = 1L;

        Stalled(Watched loop) {
            super("where " + loop.name() + " is");
            Thread known = loop.thread;
            setStackTrace(known == null ? new StackTraceElement[0] : known.getStackTrace());
        }
    }
}
