// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.settings.Network;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docs, protocol, "Behind a proxy": who dialled, and by what address. */
class DialledTest {

    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";
    private static final String HOST = "X-Forwarded-Host";
    private static final List<Network> PROXIES =
            List.of(Network.parse("10.0.0.0/8"), Network.parse("192.0.2.1"), Network.parse("fd00::/8"));

    @Test
    void whoeverDialsDirectlyIsKnownByItsSocketAndItsHost() {
        Dialled dialled = from("203.0.113.5");

        assertThat(dialled.remoteAddress()).isEqualTo(new InetSocketAddress("203.0.113.5", 50_000));
        assertThat(dialled.baseAddress()).isEqualTo("ws://relay.test:9400");
    }

    @Test
    void nothingIsBelievedOfOneWhoIsNoTrustedProxy() {
        Dialled dialled = from("203.0.113.5", FOR, "198.51.100.1", PROTO, "https", HOST, "evil.test");

        assertThat(dialled.remoteAddress()).isEqualTo(new InetSocketAddress("203.0.113.5", 50_000));
        assertThat(dialled.baseAddress()).isEqualTo("ws://relay.test:9400");
    }

    @Test
    void trustedProxySaysWhoDialledAndHow() {
        Dialled dialled = from("10.1.2.3", FOR, "198.51.100.1", PROTO, "https", HOST, "public.test:8443");

        assertThat(dialled.remoteAddress()).isEqualTo(new InetSocketAddress("198.51.100.1", 50_000));
        assertThat(dialled.baseAddress()).isEqualTo("wss://public.test:8443");
    }

    @Test
    void proxyThatSaysNothingIsTakenForTheClient() {
        Dialled dialled = from("10.1.2.3");

        assertThat(dialled.remoteAddress()).isEqualTo(new InetSocketAddress("10.1.2.3", 50_000));
        assertThat(dialled.baseAddress()).isEqualTo("ws://relay.test:9400");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.1 | 198.51.100.1 | one hop",
                "6.6.6.6, 198.51.100.1 | 198.51.100.1 | what a client claims for itself is not believed",
                "198.51.100.1, 10.9.9.9, 192.0.2.1 | 198.51.100.1 | as long as trusted ones speak",
                "6.6.6.6, 198.51.100.1, 10.9.9.9 | 198.51.100.1 | and no further",
                "10.9.9.9, 10.8.8.8 | 10.9.9.9 | nobody but trusted ones",
                "2001:db8::1, fd00::2 | 2001:db8::1 | IPv6",
                "198.51.100.1, ::ffff:10.9.9.9 | 198.51.100.1 | IPv4 written inside IPv6",
                "198.51.100.1 , 10.9.9.9 | 198.51.100.1 | blanks",
                "unknown | 10.1.2.3 | no address",
                "198.51.100.1, unknown | 10.1.2.3 | no address at the end",
                "198.51.100.1, unknown, 10.9.9.9 | 10.9.9.9 | no address in the middle",
                "198.51.100.1:4711 | 198.51.100.1 | an address with a port, as some proxies write it",
                "[2001:db8::1]:4711 | 2001:db8::1 | and one of IPv6",
                "198.51.100.1:x | 10.1.2.3 | what only looks like it",
                "localhost | 10.1.2.3 | no name is looked up",
            })
    void listOfHopsIsBelievedFromItsEndOn(String hops, String client, String why) {
        assertThat(from("10.1.2.3", FOR, hops).remoteAddress())
                .as(why)
                .isEqualTo(new InetSocketAddress(client, 50_000));
    }

    @Test
    void hopsMayComeInSeveralLines() {
        assertThat(from("10.1.2.3", FOR, "198.51.100.1", FOR, "10.9.9.9").remoteAddress())
                .isEqualTo(new InetSocketAddress("198.51.100.1", 50_000));
    }

    @ParameterizedTest
    @CsvSource({"https, wss", "wss, wss", "HTTPS, wss", "http, ws", "ws, ws", "'https, http', wss", "gopher, ws"})
    void firstOfTheSchemesCounts(String proto, String scheme) {
        assertThat(from("10.1.2.3", PROTO, proto).baseAddress()).isEqualTo(scheme + "://relay.test:9400");
    }

    @ParameterizedTest
    @CsvSource({
        "public.test, ws://public.test",
        "'public.test, inner.test', ws://public.test",
        "[::1]:80, ws://[::1]:80",
        "'', ws://relay.test:9400",
        "user@evil.test, ws://relay.test:9400",
        "evil.test/path, ws://relay.test:9400",
    })
    void hostThatIsNoneIsNotBelievedEvenOfATrustedProxy(String host, String address) {
        assertThat(from("10.1.2.3", HOST, host).baseAddress()).isEqualTo(address);
    }

    @Test
    void whoeverDialsOverTlsIsAnsweredWithAnAddressOfTls() throws Exception {
        EmbeddedSocket socket = new EmbeddedSocket(new InetSocketAddress("203.0.113.5", 50_000));
        SslContext context = SslContextBuilder.forClient().build();
        socket.pipeline().addLast(context.newHandler(socket.alloc()));

        Dialled dialled = Dialled.of(socket, new Headers(List.of(new Header("Host", "relay.test:9443"))), PROXIES);

        assertThat(dialled.baseAddress()).isEqualTo("wss://relay.test:9443");
        socket.finishAndReleaseAll();
    }

    private static Dialled from(String address, String... namesAndValues) {
        List<Header> lines = new ArrayList<>(List.of(new Header("Host", "relay.test:9400")));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
        }
        EmbeddedSocket socket = new EmbeddedSocket(new InetSocketAddress(address, 50_000));
        try {
            return Dialled.of(socket, new Headers(lines), PROXIES);
        } finally {
            socket.close();
        }
    }
}
