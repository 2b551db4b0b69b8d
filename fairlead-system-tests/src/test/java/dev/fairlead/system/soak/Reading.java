// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.soak;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a server holds while nobody is connected, after a full collection.
 *
 * @param heapBytes of the heap in use
 * @param directBytes of buffers outside the heap
 * @param threads that live
 * @param files descriptors that are open, sockets among them
 */
record Reading(long heapBytes, long directBytes, long threads, long files) {

    /** The pages of the management that are asked for a reading leave some garbage themselves. */
    static final long HEAP_TOLERANCE = 3L << 20;

    /** The pools of the event loops grow by chunks of up to 4 MiB for each loop, until they have seen the busiest moment. */
    static final long DIRECT_TOLERANCE = 8L << 20;

    /** The JVM starts and ends a few of its own. */
    static final long THREADS_TOLERANCE = 4;

    /** Jars that are opened late, and the connection that asks. */
    static final long FILES_TOLERANCE = 4;

    /** Fails if there is more now than at an earlier reading, and by more than is tolerated. */
    void isNoMoreThan(Reading earlier) {
        String story = this + " after " + earlier;
        assertThat(heapBytes).as("bytes of heap: %s", story).isLessThanOrEqualTo(earlier.heapBytes + HEAP_TOLERANCE);
        assertThat(directBytes)
                .as("bytes of direct buffers: %s", story)
                .isLessThanOrEqualTo(earlier.directBytes + DIRECT_TOLERANCE);
        assertThat(threads).as("threads: %s", story).isLessThanOrEqualTo(earlier.threads + THREADS_TOLERANCE);
        assertThat(files).as("open files: %s", story).isLessThanOrEqualTo(earlier.files + FILES_TOLERANCE);
    }
}
