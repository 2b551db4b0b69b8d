// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.SenderDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that goes nowhere: the disk is full, or nobody reads on. The relay has other things to do. */
class StuckLogIT {

    /** Each listener is two lines of some 500 bytes: several times what a pipe and the queue before it hold. */
    private static final int LISTENERS = 3_000;

    private static final String LONG_ID = "x".repeat(128);
    private static final String LONG_PATH = "p".repeat(200);

    @Test
    void relayGoesOnWhereNobodyReadsItsLog(@TempDir Path home) {
        goesOn(home, ForeignProgram.Plan::withUnreadErrors);
    }

    @Test
    void relayGoesOnWhereItsLogFindsTheDiskFull(@TempDir Path home) {
        goesOn(home, plan -> plan.withErrorsTo(Path.of("/dev/full")));
    }

    private static void goesOn(Path home, UnaryOperator<ForeignProgram.Plan> log) {
        try (ServerProcess server = new ServerProcess(home, List.of(), log);
                ListenerDriver listener = server.listener("orders").online();
                SenderDriver sender = joined(server, listener)) {
            IntStream.range(0, LISTENERS).forEach(i -> comesAndGoes(server, LONG_PATH));

            sender.sends("still there?");
            listener.receives("still there?");
            joined(server, listener).close();
            assertThat(server.meter("fairlead_relay_listens_total")).isEqualTo(1.0 + LISTENERS);
            assertThat(server.meter("fairlead_loops_stalled_total")).isZero();

            listener.loses();
            sender.socket().aborts();
            server.untilMeter("fairlead_relay_pairs", 0);
            assertThat(server.isToldToStop().exits()).isZero();
        }
    }

    @Test
    void lastLinesAreWrittenBeforeTheProcessEnds(@TempDir Path home) {
        int crowd = 1_000;
        try (ServerProcess server = new ServerProcess(home, "drainTimeout=1s")) {
            List<ListenerDriver> silent = IntStream.range(0, crowd)
                    .mapToObj(i -> server.listener("orders/" + i).online())
                    .toList();

            ForeignProgram stopping = server.isToldToStop();

            // None of them answers its close, so that all are cut off in the last moment, each with its line.
            assertThat(stopping.exits()).isZero();
            assertThat(stopping.wholeLog())
                    .filteredOn(line -> line.contains("listener offline"))
                    .hasSize(crowd);
            silent.forEach(ListenerDriver::close);
        }
    }

    private static SenderDriver joined(ServerProcess server, ListenerDriver listener) {
        SenderDriver sender = server.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        return sender.isConnected();
    }

    private static void comesAndGoes(ServerProcess server, String path) {
        try (ListenerDriver listener = server.listener(path).withId(LONG_ID).online()) {
            listener.leaves();
        }
    }
}
