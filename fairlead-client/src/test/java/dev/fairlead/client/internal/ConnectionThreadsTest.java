// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionThreadsTest {

    @Test
    void fewTasksHavePlatformThreadsAndMoreHaveWhatTheRuntimeHas() throws InterruptedException {
        ConnectionThreads threads = new ConnectionThreads("few", 2);
        LinkedBlockingQueue<Thread> running = new LinkedBlockingQueue<>();
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            threads.execute(() -> {
                running.add(Thread.currentThread());
                awaitUninterrupted(end);
            });
        }
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread next = running.poll(10, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            all.add(next);
        }
        end.countDown();

        assertThat(all).extracting(Thread::getName).containsExactlyInAnyOrder("few-1", "few-2", "few-3");
        assertThat(all).allMatch(Thread::isDaemon);
        assertThat(all)
                .filteredOn(thread -> !isVirtual(thread))
                .hasSize(Runtime.version().feature() < 21 ? 3 : 2);
    }

    /** As far as a program for Java 17 can tell. */
    private static boolean isVirtual(Thread thread) {
        return thread.getClass().getSimpleName().contains("Virtual");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
