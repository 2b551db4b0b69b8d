// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.junit.jupiter.api.Test;

class WebSocketBridgeTest {

    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private static RelayListener bridged(InetSocketAddress address) {
        return WebSocketBridge.to(
                new Quiet(address), RelayListener.builder(ConnectionString.parse(RecordingServer.NOWHERE)));
    }

    @Test
    void serverNeedsAPort() {
        assertThatThrownBy(() -> bridged(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no port yet");
    }

    @Test
    void serverMayBeAtAnyAddressOfThisMachine() throws Exception {
        assertThat(bridged(new InetSocketAddress(8887)).path()).isEqualTo("hyco");
        assertThat(bridged(new InetSocketAddress(InetAddress.getByAddress(IPV6_LOOPBACK), 8887)))
                .isNotNull();
        assertThat(bridged(InetSocketAddress.createUnresolved("localhost", 8887)))
                .isNotNull();
    }

    /** A server on a port that is never started. */
    private static final class Quiet extends WebSocketServer {

        Quiet(InetSocketAddress address) {
            super(address);
        }

        @Override
        public void onOpen(WebSocket conn, ClientHandshake handshake) {}

        @Override
        public void onClose(WebSocket conn, int code, String reason, boolean remote) {}

        @Override
        public void onMessage(WebSocket conn, String message) {}

        @Override
        public void onError(WebSocket conn, Exception ex) {}

        @Override
        public void onStart() {}
    }
}
