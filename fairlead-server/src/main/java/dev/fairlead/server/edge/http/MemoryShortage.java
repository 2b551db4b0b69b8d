// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.server.connection.ConnectionObserver;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Whether there was no memory, a moment ago, for what a peer sends. Readers pause then and try again, and newcomers are
 * refused. One for all loops; safe from any thread.
 */
public final class MemoryShortage {

    /** How long a reader that found no memory pauses. */
    public static final Duration PAUSE = Duration.ofMillis(50);

    /** How long one failure counts. Another try may hold its loop up for half a second, while the JVM looks for memory. */
    static final Duration MOMENT = Duration.ofSeconds(3);

    /** After that long without a failure the next one is news. */
    static final Duration EPISODE = Duration.ofMinutes(1);

    private static final Logger LOGGER = LoggerFactory.getLogger(MemoryShortage.class);

    private final ConnectionObserver observer;
    private final LongSupplier nanoTime;
    private final AtomicLong lastFelt;

    /** Has felt nothing yet. */
    public MemoryShortage(ConnectionObserver observer) {
        this(observer, System::nanoTime);
    }

    /** Takes the time from elsewhere. */
    MemoryShortage(ConnectionObserver observer, LongSupplier nanoTime) {
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.lastFelt = new AtomicLong(nanoTime.getAsLong() - EPISODE.toNanos());
    }

    /**
     * Notes that there was no memory.
     *
     * @return what to throw instead: an {@link OutOfMemoryError} would end the connection
     */
    public Felt felt(OutOfMemoryError error) {
        observer.memoryShort();
        long now = nanoTime.getAsLong();
        boolean news = now - lastFelt.getAndSet(now) >= EPISODE.toNanos();
        LOGGER.atLevel(news ? Level.WARN : Level.DEBUG)
                .log(
                        "no memory for what peers send ({}); readers pause, and newcomers are refused; give the JVM more "
                                + "with -XX:MaxDirectMemorySize, or set limits.maxConnections lower",
                        error.getMessage());
        return new Felt();
    }

    /** {@return whether memory is short} */
    public boolean isFelt() {
        return nanoTime.getAsLong() - lastFelt.get() < MOMENT.toNanos();
    }

    /** Says that a read found no memory, and is to be tried again; no pipeline takes it for a fault. */
    public static final class Felt extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** Has no stack trace: it may come often. */
        public Felt() {
            super("memory is short", null, false, false);
        }
    }
}
