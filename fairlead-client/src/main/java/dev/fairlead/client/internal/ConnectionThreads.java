// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One new daemon thread for each task: a virtual one where the runtime has them (Java 21), else a platform thread. */
public final class ConnectionThreads implements Executor {

    private static final @Nullable MethodHandle START_VIRTUAL = startVirtual();

    private final String name;
    private final AtomicLong started = new AtomicLong();

    /** Names the threads {@code name-1}, {@code name-2} and so on. */
    public ConnectionThreads(String name) {
        this.name = name;
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
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            thread.start();
            return;
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
}
