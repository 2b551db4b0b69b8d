// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.protocol.token.ConnectionString;
import java.util.concurrent.TimeUnit;
import org.java_websocket.server.DefaultWebSocketServerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RelayedWebSocketServerTest {

    private final RecordingServer server = new RecordingServer();

    @Test
    void serverStartsOnce() throws Exception {
        server.start();

        assertThatThrownBy(server::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("only be started once");
        assertThatThrownBy(server::run).isInstanceOf(IllegalStateException.class);
        server.stop(1);
    }

    @Test
    @Timeout(value = 4, unit = TimeUnit.SECONDS)
    void serverWhoseRelayIsAwayStopsInTime() throws Exception {
        server.start();

        server.stop(100);

        server.tellsNothingMore();
    }

    @Test
    void serverThatWasStoppedNeverStarts() throws Exception {
        server.stop();

        server.run();

        server.tellsNothingMore();
    }

    @Test
    void stopIsRefusedATimeBelowZero() {
        assertThatThrownBy(() -> server.stop(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void addressIsTheRelays() {
        assertThat(server.getURI()).hasToString("ws://127.0.0.1:1/$hc/hyco");
        assertThat(server.getPort()).isEqualTo(1);
        assertThat(server.getAddress().getHostString()).isEqualTo("127.0.0.1");
    }

    @Test
    void factoryOfAPortIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> server.setWebSocketFactory(new DefaultWebSocketServerFactory()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("sslContext");
    }

    @Test
    void serverNeedsAHybridConnection() {
        ConnectionString nameless = ConnectionString.parse(RecordingServer.NOWHERE.replace(";EntityPath=hyco", ""));

        assertThatThrownBy(() -> new RecordingServer(nameless))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("path");
    }
}
