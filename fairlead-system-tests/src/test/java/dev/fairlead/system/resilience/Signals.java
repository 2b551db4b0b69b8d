// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;

/** Freezes a process as a host that hangs is frozen: its sockets stay open, and nobody is behind them. */
final class Signals {

    private Signals() {}

    static void stop(ForeignProgram program) {
        send("STOP", program);
    }

    static void resume(ForeignProgram program) {
        send("CONT", program);
    }

    private static void send(String signal, ForeignProgram program) {
        String command = "kill -" + signal + " " + program.handle().pid();
        try (ForeignProgram kill =
                ForeignProgram.running(ForeignProgram.find("sh"), "-c", command).start()) {
            assertThat(kill.exits()).isZero();
        }
    }
}
