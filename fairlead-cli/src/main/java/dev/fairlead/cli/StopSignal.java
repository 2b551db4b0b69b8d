// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** What ends a server: a function, so that a test can play it. */
interface StopSignal {

    /** Waits for the signal, and then runs {@code drain}. */
    void await(Runnable drain) throws InterruptedException;

    /**
     * {@return SIGTERM and SIGINT, which drain and then end the process with {@link ExitCode#DONE}} The wait never
     * returns: a process that was told to end would otherwise exit with the signal's number.
     */
    static StopSignal ofProcess() {
        return drain -> {
            Runnable end = () -> {
                int code = ExitCode.DONE.code();
                try {
                    drain.run();
                } catch (RuntimeException e) {
                    LoggerFactory.getLogger(StopSignal.class).error("stop failed", e);
                    code = ExitCode.FAILED.code();
                }
                QueuedLog.writeOut();
                Runtime.getRuntime().halt(code);
            };
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("fairlead-stop").unstarted(end));
            new CountDownLatch(1).await();
        };
    }
}
