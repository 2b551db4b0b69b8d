// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends what would block for ever: a blocked read or write of a socket returns when another thread closes it. One daemon
 * thread for all, which exists only while a deadline runs.
 */
public final class Deadlines {

    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private Deadlines() {}

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "fairlead-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        clock.setKeepAliveTime(1, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    /**
     * Runs something unless it is cancelled before.
     *
     * @param task runs on the one thread for all deadlines: it may close a socket, and must not wait
     */
    public static ScheduledFuture<?> after(Duration delay, Runnable task) {
        return CLOCK.schedule(task, nanos(delay), TimeUnit.NANOSECONDS);
    }

    /** {@return a duration in nanoseconds; a century and a half for whatever is longer, so that it can be added to a time} */
    public static long nanos(Duration duration) {
        long most = Long.MAX_VALUE / 2;
        return duration.compareTo(Duration.ofNanos(most)) > 0 ? most : duration.toNanos();
    }
}
