// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.http.ClientAddress;
import dev.fairlead.server.settings.Network;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol, version 2 (haproxy, proxy-protocol.txt, section 2.2). */
class ProxyHeaderTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String FROM_192_0_2_7 = "2111" + "000c" + "c0000207" + "c6336401" + "c350" + "01bb";

    private final EmbeddedSocket socket = new EmbeddedSocket(new InetSocketAddress("10.0.0.1", 40_000));
    private final ConnectionEvents events = new ConnectionEvents();
    private final List<Object> told = new ArrayList<>();

    @BeforeEach
    void connect() {
        socket.pipeline()
                .addLast(new HAProxyMessageDecoder(ProxyHeader.LONGEST_ADDITIONS))
                .addLast(new ProxyHeader(LIMIT, events))
                .addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                        told.add(event);
                    }
                });
    }

    @AfterEach
    void close() {
        socket.finishAndReleaseAll();
    }

    private static byte[] header(String rest) {
        return HexFormat.of().parseHex(SIGNATURE + rest);
    }

    private String passedOn() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = socket.readInbound(); part != null; part = socket.readInbound()) {
            text.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        FROM_192_0_2_7 + ", 192.0.2.7:50000",
        "2121002420010db8000000000000000000000007" + "20010db8000000000000000000000001c35001bb,"
                + " [2001:db8:0:0:0:0:0:7]:50000",
        // With a checksum and a name behind the addresses.
        "2111001bc0000207c6336401c35001bb" + "03000411223344" + "0200056162636465, 192.0.2.7:50000",
    })
    void clientIsWhomTheHeaderNames(String header, String client) {
        socket.receives(header(header));

        InetSocketAddress named = ClientAddress.of(socket);
        assertThat(named).hasToString("/" + client);
        assertThat(told).containsExactly(ClientAddress.Known.BY_PROXY_HEADER);
        assertThat(socket.handlers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20000000", // LOCAL
                "2011000cc0000207c6336401c35001bb", // LOCAL, with addresses that mean nothing
                "21000000", // a client of no address
                "213100d8", // a client of a Unix socket, its paths behind
            })
    void whatTheProxySaysForItselfIsItsOwn(String header) {
        socket.receives(header(header));
        if (header.endsWith("d8")) {
            socket.receives(new byte[0xd8]);
        }

        assertThat(ClientAddress.of(socket)).isEqualTo(socket.remoteAddress());
        assertThat(told).containsExactly(ClientAddress.Known.BY_PROXY_HEADER);
        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void whatComesBehindTheHeaderIsTheConnectionsInWhateverPiecesItComes() {
        byte[] first = header(FROM_192_0_2_7);
        byte[] all = ByteBuffer.allocate(first.length + 5)
                .put(first)
                .put("hello".getBytes(StandardCharsets.US_ASCII))
                .array();
        for (int i = 0; i < 20; i++) {
            socket.receives(new byte[] {all[i]});
        }
        socket.receives(new String(all, 20, all.length - 20, StandardCharsets.ISO_8859_1));
        socket.receives(", world");

        assertThat(passedOn()).isEqualTo("hello, world");
        assertThat(ClientAddress.of(socket).getHostString()).isEqualTo("192.0.2.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7 198.51.100.1 50000 443\r\nGET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\nHost: relay.test\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003 hello of a client of TLS \r\n",
            })
    void anythingElseIsClosedWithoutAWordAndCounted(String other) {
        socket.receives(other);

        isTurnedAway();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1111000cc0000207c6336401c35001bb", // version 1 in binary
                "2211000cc0000207c6336401c35001bb", // no such command
                "2141000cc0000207c6336401c35001bb", // no such family
                "21110004c0000207", // too short for its addresses
                "2111ffffc0000207c6336401c35001bb", // more behind it than is read
                "2112000cc0000207c6336401c35001bb", // UDP
            })
    void headerThatIsNoneIsClosedAndCounted(String header) {
        socket.receives(header(header));
        if (header.startsWith("2111ffff")) {
            socket.receives(new byte[ProxyHeader.LONGEST_ADDITIONS + 256]);
        }

        isTurnedAway();
    }

    @Test
    void headerThatDoesNotComeIsNotWaitedForLong() {
        socket.receives(header(FROM_192_0_2_7.substring(0, 8)));
        socket.passes(LIMIT.minusNanos(1));
        assertThat(socket.isOpen()).isTrue();

        socket.passes(Duration.ofNanos(1));

        isTurnedAway();
    }

    @Test
    void deadlineEndsWithTheHeader() {
        socket.receives(header(FROM_192_0_2_7));
        socket.passes(LIMIT.multipliedBy(2));

        assertThat(socket.isOpen()).isTrue();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void onlyTrustedProxiesAreHeard() {
        List<Network> trusted = List.of(Network.parse("10.0.0.0/8"));
        EmbeddedSocket stranger = new EmbeddedSocket();

        assertThat(ProxyHeader.comesFrom(trusted, socket, events)).isTrue();
        assertThat(ProxyHeader.comesFrom(trusted, stranger, events)).isFalse();

        assertThat(stranger.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("unproxied");
    }

    private void isTurnedAway() {
        assertThat(socket.isOpen()).isFalse();
        assertThat(socket.written()).isEmpty();
        assertThat(told).isEmpty();
        assertThat(passedOn()).isEmpty();
        assertThat(events.heard()).containsExactly("unproxied");
    }
}
