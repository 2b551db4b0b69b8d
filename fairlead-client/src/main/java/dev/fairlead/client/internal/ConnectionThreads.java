// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One new daemon thread for each task: a virtual one where the runtime has them (Java 21), else a platform thread. Tasks that
 * last may have platform threads as long as there are few: a virtual thread that waits for a socket and goes on costs up to three
 * times as much CPU.
 */
public final class ConnectionThreads implements Executor {

    private static final @Nullable MethodHandle START_VIRTUAL = startVirtual();

    private final String name;
    private final int few;
    private final AtomicLong started = new AtomicLong();
    private final AtomicInteger onPlatform = new AtomicInteger();

    /** Names the threads {@code name-1}, {@code name-2} and so on. */
    public ConnectionThreads(String name) {
        this(name, 0);
    }

    /**
     * Names the threads {@code name-1}, {@code name-2} and so on.
     *
     * @param few how many tasks at once have a platform thread in any case
     */
    public ConnectionThreads(String name, int few) {
        this.name = name;
        this.few = few;
    }

    private static @Nullable MethodHandle startVirtual() {
        if (Runtime.version().feature() < 21) {
            return null;
        }
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    @Override
    public void execute(Runnable task) {
        String threadName = name + "-" + started.incrementAndGet();
        if (START_VIRTUAL == null) {
            startOnPlatform(task, threadName);
            return;
        }
        if (few > 0 && onPlatform.incrementAndGet() <= few) {
            startOnPlatform(
                    () -> {
                        try {
                            task.run();
                        } finally {
                            onPlatform.decrementAndGet();
                        }
                    },
                    threadName);
            return;
        }
        if (few > 0) {
            onPlatform.decrementAndGet();
        }
        Runnable named = () -> {
            Thread.currentThread().setName(threadName);
            task.run();
        };
        try {
            Thread thread = (Thread) START_VIRTUAL.invokeExact(named);
            assert thread.isDaemon();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a virtual thread cannot be started", e);
        }
    }

    private static void startOnPlatform(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
