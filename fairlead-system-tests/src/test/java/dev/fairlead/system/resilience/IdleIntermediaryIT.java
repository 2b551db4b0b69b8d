// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.RelayListener;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;
import dev.fairlead.testkit.WireFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A proxy or load balancer that cuts what is silent for too long, as many do after a minute: docs/protocol, "The control
 * channel". Here a ping stands for 30 s, and the intermediary's patience for 60 s.
 */
@ExtendWith(RelayUnderTest.Extension.class)
class IdleIntermediaryIT {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @Test
    void pingsKeepControlChannelsAndIdlePairsAlive(RelayUnderTest relay) throws IOException {
        relay.with("relay.pingInterval=1s");
        try (Intermediary between = new Intermediary(relay.port());
                RelayListener listener = Echo.listener(
                                relay.connectionString().replace(":" + relay.port(), ":" + between.port()), "orders")
                        .pingInterval(Duration.ofMinutes(4))
                        .build()) {
            listener.open().join();
            try (RawWebSocket sender = RawWebSocket.dial(between.uri())) {
                sender.upgrades(connect(relay));

                for (int i = 0; i < 5; i++) {
                    WireFrame ping = sender.receives();
                    assertThat(ping.opcode()).isEqualTo(WireFrame.PING);
                    sender.sends(WireFrame.of(WireFrame.PONG, ping.payload()));
                }

                sender.sends(WireFrame.text("still there?"));
                assertThat(sender.receivesMessage().text()).isEqualTo("still there?");
            }
            assertThat(between.cuts()).isZero();
            assertThat(relay.meter("fairlead_relay_listens_total")).isEqualTo(1);
        }
    }

    @Test
    void intermediaryCutsWhatIsSilent(RelayUnderTest relay) throws IOException {
        relay.with("relay.pingInterval=4m");
        try (Intermediary between = new Intermediary(relay.port());
                RawWebSocket listener = RawWebSocket.dial(between.uri())) {
            listener.upgrades(Handshake.to(
                    "/$hc/orders?sb-hc-action=listen&sb-hc-token=" + SharedAccess.encode(relay.token("orders"))));

            listener.readsEnd();

            assertThat(between.cuts()).isPositive();
            relay.untilNobodyListens();
        }
    }

    private static Handshake connect(RelayUnderTest relay) {
        return Handshake.to(
                "/$hc/orders?sb-hc-action=connect&sb-hc-token=" + SharedAccess.encode(relay.token("orders")));
    }

    /** Passes bytes, and cuts a connection on which neither side said anything for {@link #PATIENCE}. */
    private static final class Intermediary implements AutoCloseable {

        private final ServerSocket entrance;
        private final int relayPort;
        private final AtomicInteger cuts = new AtomicInteger();

        Intermediary(int relayPort) throws IOException {
            this.relayPort = relayPort;
            this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return entrance.getLocalPort();
        }

        URI uri() {
            return URI.create("ws://127.0.0.1:" + port());
        }

        int cuts() {
            return cuts.get();
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = entrance.accept();
                    Socket relay = new Socket();
                    relay.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relayPort));
                    AtomicLong heard = new AtomicLong(System.nanoTime());
                    Thread.ofVirtual().start(() -> pass(client, relay, heard));
                    Thread.ofVirtual().start(() -> pass(relay, client, heard));
                }
            } catch (IOException closed) {
                // the test is over
            }
        }

        private void pass(Socket from, Socket to, AtomicLong heard) {
            byte[] buffer = new byte[8192];
            try (from;
                    to) {
                while (true) {
                    long silence = System.nanoTime() - heard.get();
                    if (silence >= PATIENCE.toNanos()) {
                        cuts.incrementAndGet();
                        return;
                    }
                    from.setSoTimeout(
                            (int) Math.max(1, PATIENCE.minusNanos(silence).toMillis()));
                    try {
                        int count = from.getInputStream().read(buffer);
                        if (count < 0) {
                            return;
                        }
                        heard.set(System.nanoTime());
                        to.getOutputStream().write(buffer, 0, count);
                    } catch (SocketTimeoutException nothingCame) {
                        // the other direction may have been used
                    }
                }
            } catch (IOException gone) {
                // whoever is gone takes the other along
            }
        }

        @Override
        public void close() throws IOException {
            entrance.close();
        }
    }
}
