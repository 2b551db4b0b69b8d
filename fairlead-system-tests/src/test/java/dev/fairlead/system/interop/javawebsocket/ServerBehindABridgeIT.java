// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.javawebsocket;

import dev.fairlead.client.RelayListener;
import dev.fairlead.client.javawebsocket.WebSocketBridge;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.handshake.ClientHandshake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Java-WebSocket's own server, unchanged on a port, and a bridge from the relay to it; what it sees otherwise is said at the end. */
@ExtendWith(RelayUnderTest.Extension.class)
class ServerBehindABridgeIT extends ServerSentences {

    private RelayUnderTest relay;
    private ServerOnAPort server;
    private RelayListener bridge;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
    }

    @AfterEach
    void closeBridge() {
        if (bridge != null) {
            bridge.close();
        }
    }

    @Override
    Program.Server server(Program program, List<Draft> drafts) {
        server = new ServerOnAPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), drafts, program);
        return server;
    }

    @Override
    RawWebSocket socket() {
        if (bridge == null) {
            bridge = WebSocketBridge.to(
                    server,
                    RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                            .path(ServerBehindARelayIT.PATH)
                            .closeTimeout(Duration.ofMillis(200)));
            bridge.open().join();
        }
        return relay.socket();
    }

    @Override
    Handshake asking(String resource) {
        return ServerBehindARelayIT.asking(relay, resource);
    }

    @Override
    String addressRead(WebSocket conn, ClientHandshake handshake) {
        return handshake.getFieldValue("X-Forwarded-For");
    }

    @Override
    String addressOf(RawWebSocket client) {
        return "127.0.0.1";
    }

    @Override
    String loss() {
        return "1006 Connection reset";
    }
}
