// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.util.concurrent.locks.ReentrantLock;

/**
 * How much waits for a thread, and no more than that: an executor whose queue has no end, and whose threads are all busy, is
 * not to fill the memory with what a relay brings. Safe from any thread.
 */
public final class Waiting {

    /** The most that wait at once. */
    public static final int MOST = 10_000;

    /** The most bytes that they bring along, together: a thousand bodies of the longest that a control channel carries. */
    public static final int MOST_BYTES = 64 * 1024 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private int count;
    private long bytes;

    /** Begins with none. */
    public Waiting() {}

    /**
     * {@return whether there is room for one more, which waits from now on}
     *
     * @param length how many bytes it brings along
     */
    public boolean enters(int length) {
        lock.lock();
        try {
            if (count == MOST || bytes + length > MOST_BYTES) {
                return false;
            }
            count++;
            bytes += length;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets one go that has entered.
     *
     * @param length how many bytes it brought along
     */
    public void leaves(int length) {
        lock.lock();
        try {
            count--;
            bytes -= length;
        } finally {
            lock.unlock();
        }
    }
}
