// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sees to it that no frame is held back for long, whatever keeps who holds it: looks every two milliseconds, and what was there at
 * the last look leaves. Looks at those who hold frames back now and then, and at nobody else. Safe from any thread.
 */
final class LateFrames {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

    /** After so many looks at an outbox that held nothing back meanwhile, it is left alone. */
    private static final int LOOKS_IN_VAIN = 25;

    private static final Executor THREADS = new ConnectionThreads("fairlead-late-frames");
    private static final Queue<Watched> ALL = new ConcurrentLinkedQueue<>();
    private static final AtomicBoolean LOOKING = new AtomicBoolean();

    private LateFrames() {}

    /** An outbox, and what was seen at the last look. For the thread that looks. */
    private static final class Watched {

        private final Outbox outbox;
        private int held;
        private int inVain;

        Watched(Outbox outbox) {
            this.outbox = outbox;
        }

        /** {@return whether to look again} */
        boolean look() {
            int now = outbox.held();
            if (now != 0 && now == held) {
                // what blocks must not keep this thread
                THREADS.execute(() -> {
                    try {
                        outbox.release();
                    } catch (IOException lost) {
                        // whoever reads finds out, too
                    }
                });
            }
            inVain = now == 0 ? inVain + 1 : 0;
            held = now;
            return inVain < LOOKS_IN_VAIN;
        }
    }

    /** Looks at an outbox until it has held nothing back for a while; tells it then. */
    static void watch(Outbox outbox) {
        ALL.add(new Watched(outbox));
        lookSoon();
    }

    private static void lookSoon() {
        if (LOOKING.compareAndSet(false, true)) {
            Future<?> next = Deadlines.after(BETWEEN_LOOKS, LateFrames::look);
            assert !next.isCancelled();
        }
    }

    private static void look() {
        for (Iterator<Watched> each = ALL.iterator(); each.hasNext(); ) {
            Watched one = each.next();
            if (!one.look()) {
                each.remove();
                one.outbox.unwatched();
            }
        }
        LOOKING.set(false);
        if (!ALL.isEmpty()) {
            lookSoon();
        }
    }
}
