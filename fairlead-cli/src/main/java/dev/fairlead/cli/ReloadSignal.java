// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What makes a server read its configuration again: a function, so that a test can play it. */
interface ReloadSignal {

    /** Runs {@code reload} for each signal from now on, one after the other. */
    void whenHeard(Runnable reload);

    /**
     * {@return SIGHUP, which then ends the process no more} Signals that come while one waits for its turn are one with it.
     * Where there is no such signal, or the JVM was told to leave signals alone, nothing is ever heard.
     */
    static ReloadSignal ofProcess() {
        return reload -> {
            Logger logger = LoggerFactory.getLogger(ReloadSignal.class);
            Executor oneByOne = new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(1),
                    Thread.ofPlatform().daemon().name("fairlead-reload").factory(),
                    new ThreadPoolExecutor.DiscardPolicy());
            Runnable told = () -> {
                try {
                    reload.run();
                } catch (RuntimeException e) {
                    logger.error("reload failed", e);
                }
            };
            try {
                handle("HUP", () -> oneByOne.execute(told));
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                logger.debug("no SIGHUP can be heard here", e);
            }
        };
    }

    /**
     * By reflection, since the compiler warns of every mention of these classes and lets nobody silence it; they are the
     * JDK's only way to hear a signal, in a module that is there for that.
     */
    private static void handle(String signal, Runnable task) throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        MethodHandle run = MethodHandles.publicLookup()
                .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                .bindTo(task);
        Object handler =
                MethodHandleProxies.asInterfaceInstance(handlerType, MethodHandles.dropArguments(run, 0, signalType));
        signalType
                .getMethod("handle", signalType, handlerType)
                .invoke(null, signalType.getConstructor(String.class).newInstance(signal), handler);
    }
}
