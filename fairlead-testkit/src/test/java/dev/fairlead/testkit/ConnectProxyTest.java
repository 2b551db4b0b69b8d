// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class ConnectProxyTest {

    @Test
    void tunnelLeadsToWhatWasAskedFor() {
        try (ConnectProxy inner = new ConnectProxy().refuses("418 The end");
                ConnectProxy outer = new ConnectProxy();
                RawWebSocket socket = RawWebSocket.dial(URI.create("ws://127.0.0.1:" + outer.port()))) {
            String target = "127.0.0.1:" + inner.port();
            socket.writes("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
            assertThat(socket.readsHead().status()).isEqualTo(200);

            socket.writes("CONNECT there:1 HTTP/1.1\r\n\r\n");

            assertThat(socket.readsHead().status()).isEqualTo(418);
            assertThat(outer.tunnels()).containsExactly(target);
            assertThat(inner.asked()).containsExactly("there:1");
        }
    }
}
