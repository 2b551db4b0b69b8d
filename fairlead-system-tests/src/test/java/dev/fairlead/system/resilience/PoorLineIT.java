// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelaySender;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.testkit.PoorLine;
import dev.fairlead.testkit.RelayUnderTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Listener and sender at the far end of a line of 200 ms each way that loses one segment of twenty, and stands still for two
 * seconds now and then. A ping stands for 3 s here and for 30 s by default, so that the line is ten times as poor as it looks.
 */
@ExtendWith(RelayUnderTest.Extension.class)
class PoorLineIT {

    private static final Duration DELAY = Duration.ofMillis(200);
    private static final double LOSS = 0.05;
    private static final Duration STANDSTILL = Duration.ofSeconds(2);
    private static final int[] SIZES = {1, 125, 126, 1_400, 65_535, 65_536, 200_000};

    @Test
    void everythingArrivesLateAndNobodyIsTakenForGone(RelayUnderTest relay) throws Exception {
        relay.with("relay.pingInterval=3s");
        BlockingQueue<byte[]> echoes = new LinkedBlockingQueue<>();
        BlockingQueue<RelayException> losses = new LinkedBlockingQueue<>();
        try (PoorLine line = new PoorLine(relay.port(), DELAY, LOSS)) {
            String secret = relay.connectionString().replace(":" + relay.port(), ":" + line.port());
            try (RelayListener listener = RelayListener.builder(ConnectionString.parse(secret))
                    .path("orders")
                    .onConnection(new ConnectionHandler() {
                        @Override
                        public void onBinary(RelayConnection connection, byte[] message) {
                            connection.sendBinary(ByteBuffer.wrap(message));
                        }
                    })
                    .build()) {
                listener.open().get(10, TimeUnit.SECONDS);
                RelayConnection connection = RelaySender.builder(ConnectionString.parse(secret))
                        .path("orders")
                        .build()
                        .connect(new ConnectionHandler() {
                            @Override
                            public void onBinary(RelayConnection from, byte[] message) {
                                echoes.add(message);
                            }

                            @Override
                            public void onLost(RelayConnection from, RelayException cause) {
                                losses.add(cause);
                            }
                        })
                        .get(10, TimeUnit.SECONDS);

                for (int round = 0; round < 3; round++) {
                    line.standsStill(STANDSTILL);
                    for (int size : SIZES) {
                        connection.sendBinary(ByteBuffer.wrap(bytes(size)));
                    }
                    for (int size : SIZES) {
                        assertThat(echoes.poll(30, TimeUnit.SECONDS)).isEqualTo(bytes(size));
                    }
                }
                // In silence it is the pings alone that go to and fro, each later than the last.
                line.standsStill(STANDSTILL);
                assertThat(losses.poll(7, TimeUnit.SECONDS)).isNull();
                connection.sendBinary(ByteBuffer.wrap(bytes(1)));
                assertThat(echoes.poll(10, TimeUnit.SECONDS)).isEqualTo(bytes(1));

                assertThat(line.losses()).isPositive();
                assertThat(relay.meter("fairlead_relay_listens_total")).isEqualTo(1);
                assertThat(relay.meter("fairlead_connections_silent_total")).isZero();
                assertThat(relay.meter("fairlead_relay_pairs")).isEqualTo(1);
                connection.close();
            }
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
