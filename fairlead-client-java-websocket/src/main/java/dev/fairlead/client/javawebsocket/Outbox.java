// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import dev.fairlead.client.RelayException;
import dev.fairlead.protocol.websocket.CloseStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has still to say, in order, and the thread that says it: one at a time, which leaves when there was
 * nothing to write for a second. Safe from any thread.
 */
final class Outbox {

    /** Who finds this much queued waits: a peer that does not read costs no more memory than this and one message. */
    static final int MAX_QUEUED_BYTES = 16 * 1024 * 1024;

    /** A ping has its turn between two of them, and the room that one leaves is told at once. */
    private static final int PART_BYTES = 32 * 1024;

    /** Long enough that a talk has one writer, short enough that silent connections have none. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Line line;
    private final Executor threads;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Turn.Write> queue = new ArrayDeque<>();

    /** Whole messages that came while the rest of another, sent in fragments, is not there yet. */
    private final Queue<Turn.Write> held = new ArrayDeque<>();

    private @Nullable Kind unfinished;
    private @Nullable ByteBuffer ping;
    private @Nullable CloseStatus lastWord;
    private boolean leaving;
    private boolean left;
    private boolean writing;
    private long queuedBytes;
    private volatile long progressAt = System.nanoTime();

    /**
     * A message, or a fragment of one.
     *
     * @param kind what it is of its message
     * @param payload from position to limit; the outbox's from now on
     * @param last whether its message ends with it
     */
    record Part(Kind kind, ByteBuffer payload, boolean last) {}

    /** What a part is of its message. */
    enum Kind {
        /** All, or the beginning, of a text message. */
        TEXT,
        /** All, or the beginning, of a binary message. */
        BINARY,
        /** What follows a beginning that was not the end. */
        CONTINUATION
    }

    /** What the writing thread does next. */
    private sealed interface Turn {
        record Write(boolean text, ByteBuffer payload, boolean last) implements Turn {}

        record Ask(ByteBuffer payload) implements Turn {}

        record Leave(@Nullable CloseStatus status) implements Turn {}

        record Rest() implements Turn {}
    }

    Outbox(Line line, Executor threads) {
        this.line = line;
        this.threads = threads;
    }

    /**
     * Queues parts, and no other between them. Waits for room, for as long as the connection lives.
     *
     * @return false if nothing may be said any more
     * @throws IllegalArgumentException if they do not follow what was queued before
     */
    boolean offer(List<Part> parts) {
        lock.lock();
        try {
            while (queuedBytes >= MAX_QUEUED_BYTES && !leaving && !left) {
                changed.awaitUninterruptibly();
            }
            if (leaving || left) {
                return false;
            }
            for (Part part : parts) {
                add(part);
            }
            write();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void add(Part part) {
        Kind begun = unfinished;
        if (part.kind == Kind.CONTINUATION && begun == null) {
            throw new IllegalArgumentException("frame: a continuation (expected: a message that it continues)");
        }
        if (part.kind != Kind.CONTINUATION && begun != null && !part.last) {
            throw new IllegalArgumentException(
                    "frame: the beginning of a message (expected: the last fragment of the one before)");
        }
        Kind message = part.kind == Kind.CONTINUATION && begun != null ? begun : part.kind;
        Turn.Write write = new Turn.Write(message == Kind.TEXT, part.payload, part.last);
        queuedBytes += part.payload.remaining();
        if (part.kind != Kind.CONTINUATION && begun != null) {
            held.add(write);
            return;
        }
        if (queue.isEmpty()) {
            progressAt = System.nanoTime();
        }
        queue.add(write);
        unfinished = part.last ? null : message;
        if (part.last) {
            queue.addAll(held);
            held.clear();
        }
    }

    /** Has the relay asked whether the line stands, before whatever is queued. Never waits. */
    void ping(ByteBuffer payload) {
        lock.lock();
        try {
            if (!leaving && !left) {
                ping = payload;
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets nothing more in, and ends the line when all that is queued is written. A message whose end was never queued stays
     * without one. Never waits.
     *
     * @param status what to say last; {@code null} to say nothing, so that the peer sees the connection lost
     */
    void leave(@Nullable CloseStatus status) {
        lock.lock();
        try {
            if (leaving || left) {
                return;
            }
            leaving = true;
            lastWord = status;
            held.forEach(write -> queuedBytes -= write.payload().remaining());
            held.clear();
            ping = null;
            if (queue.isEmpty()) {
                progressAt = System.nanoTime();
            }
            write();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what is queued: the line is gone. */
    void abandon() {
        lock.lock();
        try {
            left = true;
            queue.clear();
            held.clear();
            ping = null;
            queuedBytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the last word was said, or cannot be. */
    void awaitLeft() {
        lock.lock();
        try {
            while (!left) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Does what {@link #awaitLeft()} does, for so long at most; {@return whether it came to that} */
    boolean awaitLeft(Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (!left && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether something waits to be written} */
    boolean hasQueued() {
        lock.lock();
        try {
            return queuedBytes > 0;
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether something waits to be written, and nothing was since a moment of {@link System#nanoTime()}} */
    boolean hasStoodStillSince(long moment) {
        lock.lock();
        try {
            return !left && (leaving || ping != null || queuedBytes > 0) && progressAt - moment < 0;
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        changed.signalAll();
        if (!writing) {
            writing = true;
            threads.execute(this::writeAll);
        }
    }

    private void writeAll() {
        try {
            boolean more = true;
            while (more) {
                more = takes(next());
            }
        } catch (RelayException e) {
            // whoever reads the line finds out, too
            abandon();
        }
    }

    /** {@return whether there may be more to do} */
    private boolean takes(Turn turn) {
        if (turn instanceof Turn.Write write) {
            int bytes = write.payload.remaining();
            line.send(write.text, write.payload, write.last);
            wrote(bytes);
            return true;
        }
        if (turn instanceof Turn.Ask asking) {
            line.ping(asking.payload);
            return true;
        }
        if (turn instanceof Turn.Leave last) {
            if (last.status == null) {
                line.abort();
            } else {
                line.close(last.status);
            }
            abandon();
        }
        return false;
    }

    private Turn next() {
        lock.lock();
        try {
            awaitWork();
            ByteBuffer asking = ping;
            if (asking != null) {
                ping = null;
                return new Turn.Ask(asking);
            }
            Turn.Write first = queue.peek();
            if (first != null) {
                return slice(first);
            }
            if (leaving && !left) {
                return new Turn.Leave(lastWord);
            }
            writing = false;
            return new Turn.Rest();
        } finally {
            lock.unlock();
        }
    }

    private Turn slice(Turn.Write first) {
        ByteBuffer payload = first.payload;
        if (payload.remaining() <= PART_BYTES) {
            queue.remove();
            return first;
        }
        ByteBuffer slice = payload.duplicate().limit(payload.position() + PART_BYTES);
        payload.position(slice.limit());
        return new Turn.Write(first.text, slice, false);
    }

    private void awaitWork() {
        long patience = LINGER.toNanos();
        try {
            while (!left && ping == null && queue.isEmpty() && !leaving && patience > 0) {
                patience = changed.awaitNanos(patience);
            }
        } catch (InterruptedException e) {
            // nobody but this class knows the thread
        }
    }

    private void wrote(int bytes) {
        lock.lock();
        try {
            // nothing is left to subtract from once the line was abandoned
            queuedBytes = Math.max(0, queuedBytes - bytes);
            progressAt = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
