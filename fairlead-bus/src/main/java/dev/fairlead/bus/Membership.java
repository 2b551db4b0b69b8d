// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One's own place on a bus. Safe from any thread. */
public interface Membership extends AutoCloseable {

    /**
     * Publishes a message.
     *
     * @return ends well if the bus has the message; with a {@link BusException} if it may not have it. What depends on it
     *     runs on a thread of the bus, or on the caller's, and must not wait
     */
    CompletableFuture<@Nullable Void> publish(BusMessage message);

    /**
     * Publishes a message that asks, and waits for the answer, which the handler does not hear then. An answer that comes
     * too late is heard by the handler.
     *
     * @param message one that {@linkplain BusMessage#asks() asks}
     * @param patience how long the answer may take: 1 ms to 1 d
     * @return the answer, or a {@link BusException} if it could not be published, or nobody answered in time
     * @throws IllegalArgumentException if the message does not ask, or the patience is out of range
     */
    CompletableFuture<BusMessage> request(BusMessage message, Duration patience);

    /**
     * Leaves the bus. Returns when the handler has heard what was in the inbox, or after five seconds; called by the handler,
     * at once. Questions that are still open fail.
     */
    @Override
    void close();
}
