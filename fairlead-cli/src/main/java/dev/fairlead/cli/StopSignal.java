// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

/** What ends a command that goes on until it is told: a function, so that a test can play it. */
interface StopSignal {

    /**
     * Waits for the signal, and then runs {@code drain}.
     *
     * @throws IllegalStateException if nobody {@linkplain #watch() watches} for it
     */
    void await(Runnable drain) throws InterruptedException;

    /** {@return a watch for a signal that comes before the command waits for it: the command ends at once then} */
    default Watch watch() {
        return () -> {};
    }

    /** {@return SIGTERM and SIGINT, which end the process with {@link ExitCode#DONE}} The wait never returns. */
    static StopSignal ofProcess() {
        return new ProcessStop();
    }

    /** Lasts from a command's first step to its end. */
    interface Watch extends AutoCloseable {

        /** Has a command that ends by itself exit with its own code. */
        @Override
        void close();
    }
}
