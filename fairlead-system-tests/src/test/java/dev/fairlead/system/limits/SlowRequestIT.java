// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many clients that send their requests byte by byte, and never to the end. */
@ExtendWith(RelayUnderTest.Extension.class)
class SlowRequestIT {

    private static final int SLOW = 500;
    private static final int ROUNDS = 1_000;

    @Test
    void othersDoNotNoticeAndEachIsRefusedInTime(RelayUnderTest relay) throws Exception {
        relay.with("limits.handshakeTimeout=5s");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();
        p99(sender, listener); // warms up
        Duration before = p99(sender, listener);

        List<RawWebSocket> slow = new ArrayList<>();
        for (int i = 0; i < SLOW; i++) {
            slow.add(relay.socket().writes("G"));
        }
        AtomicBoolean over = new AtomicBoolean();
        Thread dripping = Thread.ofVirtual().start(() -> drip(slow, over));
        Duration during = p99(sender, listener);
        over.set(true);
        dripping.join();

        assertThat(during).isLessThan(before.plusMillis(50));
        assertThat(slow.getFirst().readsHead().status()).isEqualTo(408);
        assertThat(slow.getLast().readsHead().status()).isEqualTo(408);
        relay.untilMeter("fairlead_refusals_total{cause=\"request_too_slow\"}", SLOW);
    }

    private static void drip(List<RawWebSocket> slow, AtomicBoolean over) {
        for (byte next : "ET / HTTP/1.1\r\nHost: relay.test\r\nX: ".getBytes(StandardCharsets.US_ASCII)) {
            for (RawWebSocket socket : slow) {
                if (over.get()) {
                    return;
                }
                socket.writes(next);
            }
        }
    }

    private static Duration p99(SenderDriver sender, ListenerDriver listener) {
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            sender.sends("question");
            listener.receives("question").sends("answer");
            sender.receives("answer");
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[ROUNDS * 99 / 100]);
    }
}
