// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Arrays for what was just read or is about to be written, lent for so long: a connection at rest has none. At most a mebibyte is kept for the
 * whole program; whoever comes when all of it is lent gets a new array of just the size needed. Safe from any thread.
 */
final class SpareBuffers {

    /** Room for a frame of the longest payload, or for many short ones. */
    static final int BYTES = 64 * 1024;

    private static final int MOST = 16;

    private static final AtomicReferenceArray<byte[]> SPARE = new AtomicReferenceArray<>(MOST);
    private static final AtomicInteger MADE = new AtomicInteger();

    private SpareBuffers() {}

    /**
     * {@return a buffer on an array, little-endian, with any content}
     *
     * @param atLeast its capacity at least; less than {@link #BYTES}
     */
    static byte[] lend(int atLeast) {
        for (int i = 0; i < MOST; i++) {
            if (SPARE.getPlain(i) != null) {
                byte[] spare = SPARE.getAndSet(i, null);
                if (spare != null) {
                    return spare;
                }
            }
        }
        boolean kept = MADE.getPlain() < MOST && MADE.getAndIncrement() < MOST;
        return new byte[kept ? BYTES : atLeast];
    }

    /** Takes an array back that was lent, and is no longer the caller's; others are left alone. */
    static void giveBack(byte[] array) {
        if (array.length == BYTES) {
            for (int i = 0; i < MOST; i++) {
                if (SPARE.getPlain(i) == null && SPARE.compareAndSet(i, null, array)) {
                    return;
                }
            }
        }
    }
}
