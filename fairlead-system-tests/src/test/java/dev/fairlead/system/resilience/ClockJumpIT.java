// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.TestClock;
import dev.fairlead.testkit.WireFrame;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the clock on the wall by a day while the relay runs. */
@ExtendWith(RelayUnderTest.Extension.class)
class ClockJumpIT {

    private static final Duration PING_INTERVAL = Duration.ofSeconds(1);
    private static final Duration ACCEPT_TIMEOUT = Duration.ofSeconds(4);

    private final TestClock clock = new TestClock();

    @ParameterizedTest
    @ValueSource(strings = {"P1D", "-P1D"})
    void nothingThatGoesOnIsTouched(Duration jump, RelayUnderTest relay) {
        relay.at(clock).with("relay.pingInterval=1s", "relay.acceptTimeout=4s", "relay.tokenGrace=0s");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver joined = relay.sender("orders").startsConnecting();
        listener.isOffered(joined);
        listener.dials();
        joined.isConnected();
        SenderDriver patient = relay.sender("orders").startsConnecting();
        listener.isOffered(patient);

        clock.jumps(jump);

        patient.isStillWaiting();
        joined.sends("still there?");
        listener.receives("still there?");
        pingsComeAtTheirPace(listener);
        listener.dials();
        patient.isConnected().sends("met");
        listener.receives("met");
        assertThat(relay.meter("fairlead_relay_listeners")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1D", "-P1D"})
    void senderWaitsAsLongAsItMayAndNoLonger(Duration jump, RelayUnderTest relay) {
        relay.at(clock).with("relay.acceptTimeout=4s");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        long asked = System.nanoTime();
        listener.isOffered(sender);

        clock.jumps(jump);

        sender.isRefusedWith(504, "None of the connected listeners");
        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .isBetween(ACCEPT_TIMEOUT.minusMillis(500), ACCEPT_TIMEOUT.plusSeconds(2));
    }

    @Test
    void tokensAreJudgedByTheNewTime(RelayUnderTest relay) {
        relay.at(clock);
        relay.listener("orders").online();
        String today = relay.token("orders", Right.SEND);

        clock.jumps(Duration.ofDays(1));

        relay.sender("orders").withToken(today).connects().isRefusedWith(401, "ExpiredToken");
        String tomorrow = relay.token("orders", Right.SEND);
        clock.jumps(Duration.ofDays(-1));
        relay.sender("orders").withToken(today).connects().isStillWaiting();
        relay.sender("orders").withToken(tomorrow).connects().isStillWaiting();
    }

    /** The end of a listener's token is looked at again when the timer ends that was set for it, and not before. */
    @Test
    void listenerWhoseTokenLivesLongerByTheNewTimeStays(RelayUnderTest relay) {
        relay.at(clock).with("relay.tokenGrace=0s", "relay.pingInterval=1s");
        ListenerDriver listener = relay.listener("orders")
                .withToken(relay.token("orders", Duration.ofSeconds(3), Right.LISTEN))
                .online();

        clock.jumps(Duration.ofDays(-1));

        for (int i = 0; i < 5; i++) {
            pingsComeAtTheirPace(listener);
        }
        clock.jumps(Duration.ofDays(1));
        relay.sender("orders").connects().isStillWaiting();
    }

    private static void pingsComeAtTheirPace(ListenerDriver listener) {
        long start = System.nanoTime();
        WireFrame ping = listener.control().receives();
        assertThat(ping.opcode()).as("%s", ping).isEqualTo(WireFrame.PING);
        listener.control().sends(WireFrame.of(WireFrame.PONG, ping.payload()));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PING_INTERVAL.multipliedBy(2));
    }
}
