// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.WireFrame;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many sessions there may be, and what one that does not read may cost. */
@ExtendWith(RelayUnderTest.Extension.class)
class LimitsIT {

    private static final String OPEN = "fairlead_gateway_sessions{endpoint=\"/ws\"}";

    private static final String OPENED = "fairlead_gateway_sessions_opened_total{endpoint=\"/ws\"}";

    /** What 99 of 100 answers may take beside neighbours that do not read; in peace a millisecond or two. */
    private static final Duration BOUND = Duration.ofMillis(250);

    private static final int ROUNDS = 300;

    @Test
    void oneSessionTooManyIsToldWhenToComeAgainAndIsLetInWhenAnotherHasLeft(RelayUnderTest relay) {
        relay.offers("path: /ws, maxSessions: 2").offers("path: /other");
        RawWebSocket first = relay.session("/ws");
        RawWebSocket second = relay.session("/ws");

        RawWebSocket third = relay.socket();
        ResponseHead head = third.asks(Handshake.to("/ws"));
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).contains("10");
        assertThat(third.readsBody(head)).contains("\"ServerBusy\"");
        relay.session("/other");
        first.close();
        relay.untilMeter(OPEN, 1);

        relay.session("/ws").sends(WireFrame.text("in")).receives();
        assertThat(second.sends(WireFrame.text("still in")).receives().text()).isEqualTo("still in");
    }

    @Test
    void clientThatDoesNotReadIsTold1013AndDelaysNobody(RelayUnderTest relay) {
        relay.offers("path: /ws, maxUnread: 256KiB");
        RawWebSocket other = relay.session("/ws");
        p99(other);
        RawWebSocket[] slow = new RawWebSocket[8];
        for (int i = 0; i < slow.length; i++) {
            slow[i] = RawWebSocket.dial(relay.uri(), 4096).upgrades(Handshake.to("/ws"));
        }
        byte[] much = repeated(WireFrame.binary(new byte[64 * 1024]).bytes(), 128);
        for (RawWebSocket one : slow) {
            var _ = one.writesInBackground(much);
        }

        Duration disturbed = p99(other);

        assertThat(disturbed).isLessThan(BOUND);
        relay.untilMeter(OPEN, 1);
        assertThat(relay.meter(OPENED)).isEqualTo(1 + slow.length);
        for (RawWebSocket one : slow) {
            one.close();
        }
    }

    @Test
    void clientThatReadsLateIsTold1013BehindWhatItWasSent(RelayUnderTest relay) {
        relay.offers("path: /ws, maxUnread: 64KiB");
        RawWebSocket client = RawWebSocket.dial(relay.uri(), 4096).upgrades(Handshake.to("/ws"));
        byte[] talk = WireFrame.binary(new byte[32 * 1024]).bytes();
        var written = client.writesInBackground(repeated(talk, 256));
        relay.untilMeter(OPENED, 1).untilMeter(OPEN, 0);

        WireFrame next = client.receives();
        while (next.opcode() == WireFrame.BINARY) {
            next = client.receives();
        }

        assertThat(next.closeCode()).isEqualTo(1013);
        assertThat(next.closeReason()).isEqualTo("What was sent was not read fast enough");
        client.close();
        assertThat(written.handle((done, cut) -> true).join()).isTrue();
    }

    private static byte[] repeated(byte[] one, int times) {
        byte[] all = new byte[one.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return all;
    }

    private static Duration p99(RawWebSocket client) {
        long[] took = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            client.sends(WireFrame.text("round " + i)).receivesButNoPings();
            took[i] = System.nanoTime() - begin;
        }
        Arrays.sort(took);
        return Duration.ofNanos(took[ROUNDS * 99 / 100]);
    }
}
