// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More connections than there may be. */
@ExtendWith(RelayUnderTest.Extension.class)
class ConnectionLimitIT {

    private static final int MANY = 200;

    /** How many are told politely at a time. */
    private static final int TOLD = 64;

    private static final Handshake ANYTHING = Handshake.to("/$hc/nowhere?sb-hc-action=connect");

    private static List<RawWebSocket> idle(RelayUnderTest relay, int count) {
        List<RawWebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(relay.socket());
        }
        return sockets;
    }

    @Test
    void oneTooManyIsToldWhenToComeAgainAndIsLetInWhenAnotherHasLeft(RelayUnderTest relay) {
        relay.with("limits.maxConnections=3");
        List<RawWebSocket> idle = idle(relay, 3);
        relay.untilMeter("fairlead_connections_open", 4); // and the one that asks

        RawWebSocket socket = relay.socket();
        ResponseHead head = socket.asks(ANYTHING);
        assertThat(head.status()).as("%s", head).isEqualTo(503);
        assertThat(head.header("Retry-After")).contains("10");
        assertThat(socket.readsBody(head)).contains("\"ServerBusy\"");
        socket.readsEnd();

        idle.getFirst().close();
        relay.untilMeter("fairlead_connections_open", 3);
        assertThat(relay.socket().asks(ANYTHING).status()).isNotEqualTo(503);
        assertThat(relay.meter("fairlead_refusals_total{cause=\"connections_full\"}"))
                .isEqualTo(1);
    }

    @Test
    void managementAnswersAndPairsTalkWhenTheRelaysPortIsFull(RelayUnderTest relay) {
        relay.with("limits.maxConnections=4", "limits.handshakeTimeout=1m");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();

        idle(relay, 1); // the last for whom there is room
        opensInVain(relay, MANY);

        // Who says nothing keeps no more than a few places of those who are told politely: the others are closed.
        relay.untilMeter("fairlead_refusals_total{cause=\"connections_full\"}", MANY - TOLD);
        relay.untilMeter("fairlead_connections_open", 4 + TOLD + 1); // and the one that asks
        assertThat(relay.page("/readyz")).contains("ready");
        sender.sends("question");
        listener.receives("question").sends("answer");
        sender.receives("answer");
    }

    /** One that is closed at once may be so before its own side knows that it is open. */
    private static void opensInVain(RelayUnderTest relay, int count) {
        for (int i = 0; i < count; i++) {
            try {
                relay.socket();
            } catch (UncheckedIOException reset) {
                assertThat(reset.getCause()).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void clientsOfAProxyAreCountedEachForItself(RelayUnderTest relay) {
        relay.with("limits.maxConnectionsPerAddress=2", "limits.trustedProxies=127.0.0.1");
        ListenerDriver listener = relay.listener("orders")
                .with(head -> head.with("X-Forwarded-For", "192.0.2.7"))
                .online();
        SenderDriver second = relay.sender("orders")
                .with(head -> head.with("X-Forwarded-For", "192.0.2.7"))
                .startsConnecting();
        listener.isOffered(second);

        ResponseHead head = relay.sender("orders")
                .with(head1 -> head1.with("X-Forwarded-For", "192.0.2.7"))
                .connects()
                .isRefusedWith(429, "Too many connections from this address");
        assertThat(head.header("Retry-After")).contains("30");

        SenderDriver neighbour = relay.sender("orders")
                .with(other -> other.with("X-Forwarded-For", "192.0.2.8"))
                .startsConnecting();
        listener.isOffered(neighbour);
        assertThat(relay.meter("fairlead_refusals_total{cause=\"address_full\"}"))
                .isEqualTo(1);
    }

    @Test
    void loopbackIsExempt(RelayUnderTest relay) {
        relay.with("limits.maxConnectionsPerAddress=1");
        idle(relay, 10);

        assertThat(relay.socket().asks(ANYTHING).status()).isNotEqualTo(429);
    }
}
