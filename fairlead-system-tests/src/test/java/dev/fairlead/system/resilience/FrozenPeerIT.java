// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.RelayListener;
import dev.fairlead.system.interop.ListenerKind;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Peers that are there for TCP, and for nobody else: docs/protocol, "The control channel". */
@ExtendWith(RelayUnderTest.Extension.class)
class FrozenPeerIT {

    private static final Duration PING_INTERVAL = Duration.ofSeconds(1);

    /** What a busy machine adds. */
    private static final Duration A_LITTLE = Duration.ofMillis(700);

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.withTls().with("relay.pingInterval=1s"); // the foreign clients are told whom to trust
    }

    @Test
    void listenerThatAnswersNoPingIsGoneAnIntervalAfterTheFirst() {
        RawWebSocket frozen = relay.listener("orders").online().control();
        try (RelayListener other =
                Echo.listener(relay.connectionString(), "orders").build()) {
            other.open().join();

            assertThat(frozen.receives().opcode()).isEqualTo(WireFrame.PING);
            long asked = System.nanoTime();
            assertThat(frozen.receives().opcode()).isEqualTo(WireFrame.PING);
            frozen.readsEnd();

            assertThat(since(asked)).isLessThan(PING_INTERVAL.plus(A_LITTLE));
            relay.untilMeter("fairlead_relay_listeners", 1);
            for (int i = 0; i < 20; i++) {
                echoes(relay.sender("orders").connects());
            }
        }
    }

    @Test
    void partnerOfOneThatAnswersNoPingIsCutOff() {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();

        long joined = System.nanoTime();
        sender.socket().answersPingsUntilTheEnd();

        assertThat(since(joined)).isLessThan(PING_INTERVAL.multipliedBy(2).plus(A_LITTLE));
        relay.untilMeter("fairlead_relay_pairs", 0);
    }

    @Test
    void listenerWhoseProcessIsStoppedIsGoneWithAllItsPairsAndComesBackWhenItRunsAgain() {
        try (ForeignProgram frozen = ListenerKind.HYCO_WS.start(relay, "orders", relay.token("orders"))) {
            frozen.prints("online");
            SenderDriver joined = relay.sender("orders").connects().isConnected();
            try (RelayListener other =
                    Echo.listener(relay.connectionString(), "orders").build()) {
                other.open().join();

                Signals.stop(frozen);
                long stopped = System.nanoTime();
                joined.socket().answersPingsUntilTheEnd();
                relay.untilMeter("fairlead_relay_listeners", 1);

                assertThat(since(stopped))
                        .isLessThan(PING_INTERVAL.multipliedBy(2).plus(A_LITTLE));
                for (int i = 0; i < 20; i++) {
                    echoes(relay.sender("orders").connects());
                }
            }
            relay.untilNobodyListens();

            Signals.resume(frozen);

            relay.untilMeter("fairlead_relay_listeners", 1);
            echoes(relay.sender("orders").connects());
        }
    }

    private static void echoes(SenderDriver sender) {
        sender.isConnected().sends("hello").receives("hello").close();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
