// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.member;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.MessageHandler;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** What has come for a member, and the daemon thread on which its handler hears it. Safe from any thread. */
public final class Inbox implements AutoCloseable {

    /** How many messages an inbox holds. */
    public static final int CAPACITY = 1_000;

    /** How long a close waits for the handler. */
    public static final Duration PARTING = Duration.ofSeconds(5);

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    /** Ends the thread when its turn comes. */
    private static final Object LAST = new Object();

    private final BlockingQueue<Object> waiting = new ArrayBlockingQueue<>(CAPACITY + 1);
    private final String name;
    private final MessageHandler handler;
    private final Thread thread;
    private boolean closed;

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
        return waiting.size() < CAPACITY;
    }

    /** {@return whether the message is in; false if the inbox is full or closed} */
    public synchronized boolean offer(BusMessage message) {
        return !closed && hasRoom() && waiting.offer(message);
    }

    private void run() {
        try {
            Object next = waiting.take();
            while (next instanceof BusMessage message) {
                hear(message);
                next = waiting.take();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void hear(BusMessage message) throws InterruptedException {
        try {
            handler.heard(message);
        } catch (InterruptedException ended) {
            throw ended;
        } catch (Exception | LinkageError | AssertionError fault) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "the handler of " + name + " failed on a message of type " + message.type(),
                    fault);
        }
    }

    /** Takes nothing more. Returns when what is in has been heard, or after {@link #PARTING}; called by the handler, at once. */
    @Override
    public void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                waiting.add(LAST); // has the room that no message has
            }
        }
        if (thread.equals(Thread.currentThread())) {
            return;
        }
        try {
            thread.join(PARTING.toMillis());
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            thread.interrupt();
        }
    }
}
