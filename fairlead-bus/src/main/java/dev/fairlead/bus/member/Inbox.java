// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.member;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.MessageHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What has come for a member, and the daemon thread on which its handler hears it. Safe from any thread. */
public final class Inbox implements AutoCloseable {

    /** How many messages an inbox takes; those that waited for the member come besides. */
    public static final int CAPACITY = 1_000;

    /** How long a close waits for the handler. */
    public static final Duration PARTING = Duration.ofSeconds(5);

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final String name;
    private final MessageHandler handler;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<BusMessage> waiting = new ArrayDeque<>();
    private boolean closed;
    private volatile boolean parted;

    private Inbox(String name, MessageHandler handler) {
        this.name = name;
        this.handler = handler;
        this.thread = new Thread(this::run, "fairlead-bus-" + name);
        thread.setDaemon(true);
    }

    /**
     * Begins to hear.
     *
     * @param name the member's, for the log
     */
    public static Inbox open(String name, MessageHandler handler) {
        Inbox inbox = new Inbox(name, handler);
        inbox.thread.start();
        return inbox;
    }

    /** {@return whether one more message fits; true stays true for who alone puts messages in} */
    public boolean hasRoom() {
        lock.lock();
        try {
            return waiting.size() < CAPACITY;
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether the message is in; false if the inbox is full or closed} */
    public boolean offer(BusMessage message) {
        lock.lock();
        try {
            if (closed || waiting.size() >= CAPACITY) {
                return false;
            }
            waiting.add(message);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes all that waited for the member, however much that is, so that nothing new overtakes it. */
    public void takeHeld(Collection<BusMessage> messages) {
        lock.lock();
        try {
            if (!closed) {
                waiting.addAll(messages);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether the caller is the handler} */
    public boolean hearsHere() {
        return thread.equals(Thread.currentThread());
    }

    private void run() {
        BusMessage next = next();
        while (next != null) {
            hear(next);
            next = next();
        }
    }

    /** {@return the next message; null once there will be none} */
    private @Nullable BusMessage next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return parted ? null : waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    private void hear(BusMessage message) {
        try {
            handler.heard(message);
        } catch (Throwable fault) { // whatever it is, the next message is heard
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "the handler of " + name + " failed on a message of type " + message.type(),
                    fault);
        }
        boolean ignored = Thread.interrupted(); // of that message, not of the next
    }

    /** Takes nothing more. Returns when what is in has been heard, or after {@link #PARTING}; called by a handler, at once. */
    @Override
    public void close() {
        closeAll(List.of(this));
    }

    /** Closes several, which part at the same time. Called by the handler of one of them, returns at once. */
    public static void closeAll(Collection<Inbox> inboxes) {
        inboxes.forEach(Inbox::takeNothingMore);
        if (inboxes.stream().anyMatch(Inbox::hearsHere)) {
            return;
        }
        long deadline = System.nanoTime() + PARTING.toNanos();
        inboxes.forEach(inbox -> inbox.part(deadline));
    }

    private void takeNothingMore() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void part(long deadline) {
        try {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            parted = true;
            thread.interrupt();
        }
    }
}
