// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.Connection;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells, once, that nothing has moved over a request for too long. Whoever has bytes waiting for it and takes some of them
 * is slow, and not silent. Confined to the connection's event loop.
 */
final class Silence {

    private final Connection connection;
    private final Duration limit;
    private final LongSupplier unsentBytes;
    private final Runnable tooLong;
    private @Nullable Cancellable timer;
    private long unsentBefore;

    /**
     * Counts nothing until something moved.
     *
     * @param unsentBytes how many bytes wait to be taken, by whomever
     */
    Silence(Connection connection, Duration limit, LongSupplier unsentBytes, Runnable tooLong) {
        this.connection = connection;
        this.limit = limit;
        this.unsentBytes = unsentBytes;
        this.tooLong = tooLong;
    }

    /** Something moved: it is counted anew. */
    void moved() {
        stop();
        timer = connection.schedule(limit, this::look);
    }

    /** Counts no more. */
    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void look() {
        long unsent = unsentBytes.getAsLong();
        boolean takesSome = unsent > 0 && unsent != unsentBefore;
        unsentBefore = unsent;
        if (takesSome) {
            moved();
        } else {
            tooLong.run();
        }
    }
}
