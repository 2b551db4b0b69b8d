// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A body on its way from the thread that reads a socket to the one that wants it. Whoever is faster waits. */
final class BodyPipe extends InputStream {

    static final int CAPACITY = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] ring = new byte[0];
    private int start;
    private int held;
    private boolean ended;
    private boolean dropping;
    private @Nullable String failure;

    /** Puts bytes in; blocks while there is no room for them. Without effect once nobody reads any more. */
    void put(ByteBuffer in, int from, int to) {
        lock.lock();
        try {
            int at = from;
            while (at < to && awaitRoom()) {
                if (ring.length == 0) {
                    ring = new byte[CAPACITY];
                }
                int end = (start + held) % CAPACITY;
                int count = Math.min(Math.min(to - at, CAPACITY - held), CAPACITY - end);
                in.get(at, ring, end, count);
                held += count;
                at += count;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitRoom() {
        while (held == CAPACITY && !isDropped()) {
            changed.awaitUninterruptibly();
        }
        return !isDropped();
    }

    private boolean isDropped() {
        return dropping || failure != null;
    }

    /** Says that all of the body was put in. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says that the rest will not come; what waits unread is lost. Without effect behind the body's end. */
    void fail(String why) {
        lock.lock();
        try {
            if (!ended && failure == null) {
                failure = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (held == 0 && !ended && failure == null && !dropping) {
                changed.await();
            }
            if (dropping) {
                throw new IOException("the body was closed");
            }
            if (failure != null) {
                throw new IOException(failure);
            }
            if (held == 0) {
                return -1;
            }
            int count = Math.min(Math.min(length, held), CAPACITY - start);
            System.arraycopy(ring, start, into, offset, count);
            start = (start + count) % CAPACITY;
            held -= count;
            changed.signalAll();
            return count;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while the body was awaited");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return isDropped() ? 0 : held;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is here and what comes: the sender is not held up any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            dropping = true;
            held = 0;
            ring = new byte[0];
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
