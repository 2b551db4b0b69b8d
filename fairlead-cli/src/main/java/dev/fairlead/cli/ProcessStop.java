// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** The signals that tell this process to end. It would exit with the signal's number, if it did not end itself before. */
final class ProcessStop implements StopSignal {

    private final Thread end = Thread.ofPlatform().name("fairlead-stop").unstarted(this::end);
    private volatile Runnable drain = () -> {};
    private boolean watched;

    @Override
    public Watch watch() {
        Runtime.getRuntime().addShutdownHook(end);
        watched = true;
        return this::unwatch;
    }

    private void unwatch() {
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException ending) {
            waitForTheEnd(); // what fails meanwhile is nobody's business any more
        }
    }

    private static void waitForTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void await(Runnable draining) throws InterruptedException {
        if (!watched) {
            throw new IllegalStateException("the signal is not watched for (expected: watch() before)");
        }
        drain = draining;
        new CountDownLatch(1).await();
    }

    private void end() {
        int code = ExitCode.DONE.code();
        try {
            drain.run();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(StopSignal.class).error("stop failed", e);
            code = ExitCode.FAILED.code();
        }
        QueuedLog.writeOut();
        Runtime.getRuntime().halt(code);
    }
}
