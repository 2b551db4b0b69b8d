// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The forwarded connections that have not ended. Safe from any thread. */
public final class OpenConnections {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fewer = lock.newCondition();
    private final Set<ForwardedConnection> open = new HashSet<>();
    private boolean closing;

    /** Enters a connection. {@return whether it may begin: none may once the end was announced} */
    boolean enter(ForwardedConnection connection) {
        lock.lock();
        try {
            return !closing && open.add(connection);
        } finally {
            lock.unlock();
        }
    }

    /** Removes a connection. {@return whether it was here} */
    boolean leave(ForwardedConnection connection) {
        lock.lock();
        try {
            boolean here = open.remove(connection);
            fewer.signalAll();
            return here;
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether no connection may begin any more} */
    boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /** Lets no connection begin any more, and aborts those that have not ended by themselves after {@code patience}. */
    public void close(Duration patience) {
        List<ForwardedConnection> left;
        lock.lock();
        try {
            closing = true;
            long nanos = patience.toNanos();
            while (!open.isEmpty() && nanos > 0) {
                nanos = fewer.awaitNanos(nanos);
            }
            left = List.copyOf(open);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            left = List.copyOf(open);
        } finally {
            lock.unlock();
        }
        left.forEach(ForwardedConnection::abort);
    }
}
