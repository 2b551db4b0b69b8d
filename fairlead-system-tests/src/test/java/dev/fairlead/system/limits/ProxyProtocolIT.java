// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Offer;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A port behind a proxy that says with the PROXY protocol, version 2, who its clients are. */
@ExtendWith(RelayUnderTest.Extension.class)
class ProxyProtocolIT {

    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int MANY = 200;

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.with(
                "listen.1.address=127.0.0.1:0",
                "listen.1.proxyProtocol=true",
                "limits.trustedProxies=127.0.0.1",
                "limits.maxConnectionsPerAddress=3",
                "limits.handshakeTimeout=1s");
    }

    private RawWebSocket fromProxy() {
        URI port = relay.server().relayAddresses().get(1);
        return RawWebSocket.dial(port);
    }

    private RawWebSocket from(String client) {
        return fromProxy().writes(header(client));
    }

    private static byte[] header(String client) {
        byte[] source = InetAddress.ofLiteral(client).getAddress();
        boolean six = source.length > 4;
        return ByteBuffer.allocate(16 + 2 * source.length + 4)
                .put(SIGNATURE)
                .put((byte) 0x21)
                .put((byte) (six ? 0x21 : 0x11))
                .putShort((short) (2 * source.length + 4))
                .put(source)
                .put(new byte[source.length])
                .putShort((short) 50_007)
                .putShort((short) 443)
                .array();
    }

    private Handshake sender(String path) {
        return Handshake.to("/$hc/" + path + "?sb-hc-action=connect")
                .with("ServiceBusAuthorization", relay.token(path));
    }

    @Test
    void listenerIsToldTheClientsAddress() {
        ListenerDriver listener = relay.listener("orders").online();

        try (RawWebSocket six = from("2001:db8::7").starts(sender("orders"));
                RawWebSocket four = from("192.0.2.7").starts(sender("orders"))) {
            List<Offer> offers = List.of(listener.isOffered(), listener.isOffered());
            assertThat(offers)
                    .extracting(Offer::remoteAddress)
                    .containsExactlyInAnyOrder("2001:db8:0:0:0:0:0:7", "192.0.2.7");
            assertThat(offers).extracting(Offer::remotePort).containsOnly(50_007);
            six.hearsNothing();
            four.hearsNothing();
        }
    }

    @Test
    void clientBehindTheProxyIsNotBelievedWhatAProxyIs() {
        ListenerDriver listener = relay.listener("orders").online();

        try (RawWebSocket client = from("192.0.2.7").starts(sender("orders").with("X-Forwarded-For", "203.0.113.1"))) {
            assertThat(listener.isOffered().remoteAddress()).isEqualTo("192.0.2.7");
            client.hearsNothing();
        }
    }

    @Test
    void proxysOwnCheckIsServed() {
        byte[] local = ByteBuffer.allocate(16)
                .put(SIGNATURE)
                .put((byte) 0x20)
                .put((byte) 0)
                .putShort((short) 0)
                .array();

        try (RawWebSocket check = fromProxy().writes(local)) {
            assertThat(check.asks(Handshake.plain("/")).status()).isBetween(400, 499);
        }
    }

    @Test
    void whoSpeaksForItselfOrLateIsClosedWithoutAWord() {
        try (RawWebSocket plain = fromProxy();
                RawWebSocket first = fromProxy();
                RawWebSocket silent = fromProxy()) {
            plain.starts(sender("orders")).readsEnd();
            first.writes("PROXY TCP4 192.0.2.7 127.0.0.1 50007 443\r\n").readsEnd();
            silent.readsEnd();
        }

        relay.untilMeter("fairlead_connections_unproxied_total", 3);
    }

    /** Row 2 of the attacks: sockets of one client are bounded, however little they say. */
    @Test
    void oneClientHasNoMoreSlowHandshakesThanItMayHaveConnections() {
        List<RawWebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            sockets.add(from("192.0.2.7"));
        }

        try (RawWebSocket neighbour = from("192.0.2.8")) {
            ResponseHead head = neighbour.asks(sender("nowhere"));
            assertThat(head.status()).as("%s", head).isEqualTo(404);
        }
        assertThat(relay.meter("fairlead_refusals_total{cause=\"address_full\"}"))
                .isPositive();
        sockets.forEach(RawWebSocket::close);
    }
}
