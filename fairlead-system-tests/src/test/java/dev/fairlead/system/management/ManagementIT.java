// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(RelayUnderTest.Extension.class)
class ManagementIT {

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/metrics", "/livez?verbose"})
    void pagesAreThere(String page, RelayUnderTest relay) {
        assertThat(ask(relay, Handshake.plain(page)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nothing", "/metrics/x", "/../livez"})
    void otherPagesAreNot(String page, RelayUnderTest relay) {
        assertThat(ask(relay, Handshake.plain(page)).status()).isEqualTo(404);
    }

    @Test
    void pagesAreOnlyRead(RelayUnderTest relay) {
        assertThat(ask(relay, Handshake.plain("/metrics").withMethod("POST").with("Content-Length", "0"))
                        .status())
                .isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example"})
    void foreignHostIsRefused(String host, RelayUnderTest relay) {
        assertThat(ask(relay, Handshake.plain("/metrics").withOther("Host", host))
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "LOCALHOST:1", "[::1]"})
    void loopbackHostsAreServed(String host, RelayUnderTest relay) {
        assertThat(ask(relay, Handshake.plain("/livez").withOther("Host", host)).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"https://evil.example,403", "null,403", "http://localhost:1,200", "http://localhost,403"})
    void onlyTheOwnOriginIsServed(String origin, int status, RelayUnderTest relay) {
        Handshake request =
                Handshake.plain("/metrics").withOther("Host", "localhost:1").with("Origin", origin);

        assertThat(ask(relay, request).status()).isEqualTo(status);
    }

    @Test
    void metersTellOfListenersPairsAndBytes(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected().sends("12345");
        listener.receives("12345");

        assertThat(relay.meter("fairlead_relay_listeners")).isEqualTo(1);
        relay.untilMeter("fairlead_relay_pairs", 1);
        // A client's header of six bytes, and five of text.
        relay.untilMeter("fairlead_relay_bytes_total", 11);
    }

    @Test
    void metersTellOfRefusalsByTheirCause(RelayUnderTest relay) {
        relay.sender("nowhere").connects().isRefusedWith(404, "");

        assertThat(relay.meter("fairlead_refusals_total{cause=\"entity_unknown\"}"))
                .isEqualTo(1);
    }

    @Test
    void nothingSecretIsTold(RelayUnderTest relay) {
        relay.listener("orders").online();

        assertThat(relay.page("/metrics"))
                .doesNotContain("SharedAccess")
                .doesNotContain(RelayUnderTest.keyOf("Listen"));
    }

    private static ResponseHead ask(RelayUnderTest relay, Handshake request) {
        try (RawWebSocket socket = RawWebSocket.dial(relay.management())) {
            return socket.asks(request);
        }
    }
}
