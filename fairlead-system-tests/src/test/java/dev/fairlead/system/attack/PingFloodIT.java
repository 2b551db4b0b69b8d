// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pings without end of peers that read none of the answers: these are the server's to hold, and it holds few. */
@ExtendWith(RelayUnderTest.Extension.class)
class PingFloodIT {

    /** Their answers would be as long, and are far more than a kernel holds. */
    private static final int PINGS = 250_000;

    private static final long MEBIBYTE = 1 << 20;

    /** What the loops' own buffers take, and the arenas of the allocators in whole chunks. */
    private static final long OVERHEAD = 12 * MEBIBYTE;

    private RelayUnderTest relay;
    private byte[] pings;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
        byte[] ping = WireFrame.ping("p".repeat(125)).bytes();
        ByteArrayOutputStream all = new ByteArrayOutputStream(PINGS * ping.length);
        for (int i = 0; i < PINGS; i++) {
            all.writeBytes(ping);
        }
        pings = all.toByteArray();
    }

    @Test
    void senderThatReadsNoAnswerCostsLittle() {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").withReceiveBuffer(4096).startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();

        costsLittle(sender.socket());

        sender.socket().aborts();
        listener.socket().readsToTheEnd();
        relay.untilMeter("fairlead_relay_pairs", 0);
    }

    @Test
    void listenerThatReadsNoAnswerCostsLittle() {
        RawWebSocket listener = RawWebSocket.dial(relay.uri(), 4096)
                .upgrades(Handshake.to("/$hc/orders?sb-hc-action=listen")
                        .with("ServiceBusAuthorization", relay.token("orders")));

        costsLittle(listener);

        listener.aborts();
        relay.untilMeter("fairlead_relay_listeners", 1);
    }

    private void costsLittle(RawWebSocket flooding) {
        long before = directMemory();
        CompletableFuture<Void> written = flooding.writesInBackground(pings);
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos() / 2;
        long most = 0;
        while (!written.isDone() && System.nanoTime() < deadline) {
            most = Math.max(most, directMemory() - before);
            relay.page("/livez");
        }

        assertThat(most).isLessThan(OVERHEAD);
        relay.listener("others").online();
    }

    private static long directMemory() {
        long large = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        return ByteBufAllocator.DEFAULT.equals(PooledByteBufAllocator.DEFAULT)
                ? large
                : large
                        + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                                .metric()
                                .usedDirectMemory();
    }
}
