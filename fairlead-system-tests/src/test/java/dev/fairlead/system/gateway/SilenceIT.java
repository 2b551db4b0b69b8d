// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.WireFrame;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that say nothing: asked whether they live, and sent away when they are idle. */
@ExtendWith(RelayUnderTest.Extension.class)
class SilenceIT {

    private static final String OPEN = "fairlead_gateway_sessions{endpoint=\"/ws\"}";

    @Test
    void clientThatAnswersNoPingIsTold1011AndCutOff(RelayUnderTest relay) {
        relay.offers("path: /ws, pingInterval: 1s");
        RawWebSocket client = relay.session("/ws");
        Instant begin = Instant.now();

        WireFrame ping = client.receives();
        WireFrame next = client.receives();
        while (next.opcode() == WireFrame.PING) {
            next = client.receives();
        }

        assertThat(ping.opcode()).isEqualTo(WireFrame.PING);
        assertThat(next.closeCode()).isEqualTo(1011);
        assertThat(next.closeReason()).isEqualTo("keepalive ping timeout");
        client.readsEnd();
        assertThat(Duration.between(begin, Instant.now())).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
        relay.untilMeter(OPEN, 0);
    }

    @Test
    void clientThatAnswersPingsStays(RelayUnderTest relay) {
        relay.offers("path: /ws, pingInterval: 1s");
        RawWebSocket client = relay.session("/ws");

        for (int i = 0; i < 3; i++) {
            WireFrame ping = client.receives();
            assertThat(ping.opcode()).isEqualTo(WireFrame.PING);
            client.sends(WireFrame.of(WireFrame.PONG, ping.payload()));
        }

        assertThat(client.sends(WireFrame.text("still here"))
                        .receivesButNoPings()
                        .text())
                .isEqualTo("still here");
    }

    @Test
    void clientWithoutAMessageIsSentAwayThoughItAnswersPings(RelayUnderTest relay) {
        relay.offers("path: /ws, pingInterval: 1s, idleTimeout: 2s");
        RawWebSocket client = relay.session("/ws");
        Instant begin = Instant.now();

        WireFrame close = client.receivesButNoPings();

        assertThat(close.closeCode()).isEqualTo(1000);
        assertThat(close.closeReason()).isEqualTo("Idle");
        assertThat(Duration.between(begin, Instant.now())).isGreaterThan(Duration.ofMillis(1900));
        client.sends(WireFrame.close(1000, "Idle")).readsEnd();
        relay.untilMeter(OPEN, 0);
    }
}
