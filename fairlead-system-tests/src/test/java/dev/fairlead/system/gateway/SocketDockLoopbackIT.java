// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.WireFrame;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb without a backend. */
class SocketDockLoopbackIT {

    @TempDir
    private Path home;

    @Test
    void everyMessageButAnEmptyOneIsGreeted() {
        try (SocketDockProcess dock = new SocketDockProcess(home, "--log-config", "logging.yml");
                RawWebSocket client = dock.client()) {
            client.sends(WireFrame.text("anything"));
            isGreeted(client);
            client.sends(WireFrame.binary((byte) 0xFF, (byte) 0));
            isGreeted(client);
            client.sends(WireFrame.text(""));
            client.hearsNothing();

            assertThat(dock.program().log())
                    .anySatisfy(line -> assertThat(line).contains("warning: --log-config logging.yml is not read"));
        }
    }

    private static void isGreeted(RawWebSocket client) {
        WireFrame greeting = client.receivesMessage();
        assertThat(greeting.opcode()).isEqualTo(WireFrame.BINARY);
        assertThat(greeting.payload()).asString(StandardCharsets.UTF_8).isEqualTo("Hello yourself");
    }
}
