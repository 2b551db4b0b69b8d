// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer that is lost in the middle of a large message, of its own or of the other's. */
@ExtendWith(RelayUnderTest.Extension.class)
class MidFrameLossIT {

    private static final byte[] MESSAGE = WireFrame.binary(new byte[8 << 20]).bytes();
    private static final int SAID = 1 << 20;

    private RelayUnderTest relay;
    private ListenerDriver listener;
    private SenderDriver sender;

    @BeforeEach
    void join(RelayUnderTest prepared) {
        relay = prepared;
        listener = relay.listener("orders").online();
        sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();
    }

    @Test
    void listenerOfASenderThatIsLostWhileItTalksIsCutOffAndWhatPassedIsCounted() {
        sender.socket().writes(Arrays.copyOf(MESSAGE, SAID));
        double passed = relay.untilMeterRests("fairlead_relay_bytes_total").meter("fairlead_relay_bytes_total");

        sender.isLost();

        listener.socket().readsToTheEnd();
        nothingIsLeft(passed);
        assertThat(passed).isEqualTo(SAID);
    }

    @Test
    void senderOfAListenerThatIsLostWhileItTalksIsCutOff() {
        listener.socket().writes(Arrays.copyOf(MESSAGE, SAID));
        double passed = relay.untilMeterRests("fairlead_relay_bytes_total").meter("fairlead_relay_bytes_total");

        listener.isLost();

        sender.socket().readsToTheEnd();
        nothingIsLeft(passed);
        assertThat(passed).isEqualTo(SAID);
    }

    @Test
    void senderThatIsLostWhileItListensTakesItsListenersConnectionAlong() {
        var written = listener.socket().writesInBackground(MESSAGE);
        relay.untilMeterRests("fairlead_relay_bytes_total");

        sender.isLost();

        assertThat(listener.socket().readsToTheEnd()).isIn((Object[]) RawWebSocket.End.values());
        assertThat(written.handle((done, cut) -> true).join()).isTrue();
        relay.untilMeter("fairlead_relay_pairs", 0);
    }

    private void nothingIsLeft(double passed) {
        relay.untilMeter("fairlead_relay_pairs", 0);
        assertThat(relay.meter("fairlead_relay_bytes_total")).isEqualTo(passed);
        listener.isOffered(relay.sender("orders").startsConnecting());
    }
}
