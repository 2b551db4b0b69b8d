// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.BusException;
import io.nats.client.impl.Headers;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A message that is published, and whose receipts are not all here. Safe from any thread. */
final class Underway {

    /** What becomes of it if nobody wants it. */
    enum Otherwise {
        /** It waits. */
        HELD,
        /** It need not be wanted. */
        PASSED_OVER
    }

    final long number;
    final String type;
    final String subject;
    final @Nullable Headers headers;
    final byte[] body;
    final Otherwise otherwise;
    final long since;
    final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    /** Whether its publisher has been told already that the bus has it. */
    volatile boolean waited;

    /** When it was sent last. */
    volatile long sent;

    private Set<String> missing = Set.of();
    private boolean received;

    Underway(
            long number,
            String type,
            String subject,
            @Nullable Headers headers,
            byte[] body,
            Otherwise otherwise,
            long since) {
        this.number = number;
        this.type = type;
        this.subject = subject;
        this.headers = headers;
        this.body = body;
        this.otherwise = otherwise;
        this.since = since;
    }

    /** Sets out, and waits for these receipts; for any if there are none. */
    synchronized void setsOut(List<String> receipts, long now) {
        missing = receipts.size() > 1 ? new HashSet<>(receipts) : Set.copyOf(receipts);
        received = false;
        sent = now;
    }

    /** {@return whether all receipts are here now} */
    synchronized boolean received(String receipt) {
        received = true;
        return lacksNot(receipt);
    }

    /** {@return whether all receipts are here, if there is no such member any more} */
    synchronized boolean gone(String receipt) {
        return lacksNot(receipt) && received;
    }

    private boolean lacksNot(String receipt) {
        if (missing.size() == 1) {
            missing = missing.contains(receipt) ? Set.of() : missing;
        } else if (!missing.isEmpty()) {
            missing.remove(receipt);
        }
        return missing.isEmpty();
    }

    /** {@return whether somebody has it} */
    synchronized boolean anyReceived() {
        return received;
    }

    synchronized List<String> missing() {
        return List.copyOf(missing);
    }

    void fails(BusException.Reason reason, String why) {
        done.completeExceptionally(new BusException(reason, why));
    }
}
