// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to be published, and the thread that publishes it, one message after the other. Callers never wait: without a bus,
 * or without room, publishing fails. When the bus is lost, so is all that waits. Safe from any thread.
 */
final class Outbox implements AutoCloseable {

    /** How many messages wait at most. */
    static final int CAPACITY = 1_000;

    /** How often a bus that is not spoken to is asked whether it is there. */
    private static final Duration PING_EVERY = Duration.ofSeconds(1);

    private static final String PUT = "put_message";

    private final BlockingQueue<Letter> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong bytes = new AtomicLong();
    private final Envelopes envelopes;
    private final PyroTerms terms;
    private final Supplier<String> trouble;
    private final Consumer<@Nullable String> changed;
    private final Thread thread = new Thread(this::run, "fairlead-bus-pyro-sender");
    private volatile @Nullable RemoteObject bus;
    private volatile boolean closed;

    /** A message on its way to the bus for which it was written. */
    private static final class Letter {

        final RemoteObject to;
        final byte[] call;
        final long due;
        final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

        Letter(RemoteObject to, byte[] call, long due) {
            this.to = to;
            this.call = call;
            this.due = due;
        }
    }

    /**
     * Makes one without a bus.
     *
     * @param trouble why there is no bus, if there is none
     * @param changed is told why the bus was lost; null when there is one
     */
    Outbox(PyroTerms terms, Envelopes envelopes, Supplier<String> trouble, Consumer<@Nullable String> changed) {
        this.terms = terms;
        this.envelopes = envelopes;
        this.trouble = trouble;
        this.changed = changed;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Publishes there from now on. */
    synchronized void use(RemoteObject found) {
        RemoteObject before = bus;
        bus = found;
        if (before != null) {
            before.close();
        }
        if (closed) {
            found.close();
        }
        changed.accept(null);
    }

    /** {@return the bus; null if there is none} */
    @Nullable
    PyroUri bus() {
        RemoteObject now = bus;
        return now == null ? null : now.uri();
    }

    CompletableFuture<@Nullable Void> publish(BusMessage message) {
        RemoteObject to = bus;
        if (closed) {
            return closedNow();
        }
        if (to == null) {
            return failed(BusException.Reason.AWAY, trouble.get(), null);
        }
        byte[] call;
        try {
            call = to.written(PUT, envelopes.written(message));
        } catch (IllegalArgumentException unfit) {
            return failed(BusException.Reason.REFUSED, String.valueOf(unfit.getMessage()), unfit);
        }
        if (call.length > terms.largestMessage()) {
            return failed(
                    BusException.Reason.REFUSED,
                    "message: " + call.length + " bytes (expected: at most " + terms.largestMessage() + ")",
                    null);
        }
        Letter letter =
                new Letter(to, call, System.nanoTime() + terms.callTimeOut().toNanos());
        if (bytes.addAndGet(call.length) > 4L * terms.largestMessage() || !waiting.offer(letter)) {
            bytes.addAndGet(-call.length);
            return failed(BusException.Reason.BUSY, "too much waits to be published", null);
        }
        if (closed) {
            failAll(BusException.Reason.CLOSED, "the bus is closed", null);
        }
        return letter.done;
    }

    private void run() {
        try {
            while (!closed) {
                Letter letter = waiting.poll(PING_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (letter != null) {
                    bytes.addAndGet(-letter.call.length);
                    send(letter);
                } else {
                    ping();
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            failAll(BusException.Reason.CLOSED, "the bus is closed", null);
        }
    }

    private void send(Letter letter) {
        if (letter.to != bus) {
            fail(letter, BusException.Reason.AWAY, "the bus was lost before it was told", null);
            return;
        }
        if (System.nanoTime() - letter.due > 0) {
            fail(letter, BusException.Reason.BUSY, "the bus takes messages too slowly", null);
            return;
        }
        try {
            Object taken = letter.to.call(letter.call);
            if (Boolean.TRUE.equals(taken)) {
                boolean unused = letter.done.complete(null);
            } else {
                fail(letter, BusException.Reason.REFUSED, "the bus does not take the message", null);
            }
        } catch (RemoteFault refused) {
            fail(letter, BusException.Reason.REFUSED, "the bus refuses the message: " + refused.getMessage(), refused);
        } catch (IOException away) {
            lose(letter.to, away);
            fail(letter, BusException.Reason.AWAY, "the bus was lost: " + away.getMessage(), away);
        }
    }

    private void ping() {
        RemoteObject there = bus;
        if (there == null) {
            return;
        }
        try {
            there.ping();
        } catch (IOException away) {
            lose(there, away);
        }
    }

    private void lose(RemoteObject which, IOException away) {
        synchronized (this) {
            if (bus != which || closed) {
                return; // another is in use already
            }
            bus = null;
            changed.accept("service.MessageBus at " + which.uri().host() + ":"
                    + which.uri().port() + " was lost: " + away.getMessage());
        }
        failAll(BusException.Reason.AWAY, "the bus was lost before it was told: " + away.getMessage(), away);
    }

    private void failAll(BusException.Reason reason, String why, @Nullable Exception cause) {
        for (Letter letter = waiting.poll(); letter != null; letter = waiting.poll()) {
            bytes.addAndGet(-letter.call.length);
            fail(letter, reason, why, cause);
        }
    }

    private static void fail(Letter letter, BusException.Reason reason, String why, @Nullable Exception cause) {
        boolean unused = letter.done.completeExceptionally(exception(reason, why, cause));
    }

    private static CompletableFuture<@Nullable Void> closedNow() {
        return failed(BusException.Reason.CLOSED, "the bus is closed", null);
    }

    private static CompletableFuture<@Nullable Void> failed(
            BusException.Reason reason, String why, @Nullable Exception cause) {
        return CompletableFuture.failedFuture(exception(reason, why, cause));
    }

    private static BusException exception(BusException.Reason reason, String why, @Nullable Exception cause) {
        return cause == null ? new BusException(reason, why) : new BusException(reason, why, cause);
    }

    /** Publishes nothing more; what waits fails. */
    @Override
    public void close() {
        closed = true;
        RemoteObject there = bus;
        if (there != null) {
            there.close();
        }
        thread.interrupt();
    }
}
