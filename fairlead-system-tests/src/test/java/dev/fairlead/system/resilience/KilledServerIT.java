// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelaySender;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.system.interop.Told;
import dev.fairlead.testkit.ForeignProgram;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed takes nobody along for good: docs/protocol, "Reconnecting". */
class KilledServerIT {

    @Test
    void sdkListenerComesBackToAServerThatWasKilled(@TempDir Path home) {
        Told told = new Told();
        try (ServerProcess server = new ServerProcess(home);
                RelayListener sdk = Echo.listener(server.connectionString(), "sdk")
                        .onStateChange(state -> told.tell(state.getClass().getSimpleName()))
                        .longestReconnectDelay(Duration.ofSeconds(2))
                        .build()) {
            sdk.open().join();
            told.next("Online", () -> "");
            RelayConnection joined = connects(server, "sdk", told);

            server.isKilled();
            told.next("lost", () -> "");
            told.next("Reconnecting", () -> "");
            server.startsAgain();

            told.next("Online", () -> "");
            connects(server, "sdk", told);
            assertThat(joined.closed()).isDone();
            assertThat(server.meter("fairlead_relay_listeners")).isEqualTo(1);
        }
    }

    /**
     * It tries twice after each try that failed, without a pause, and keeps every channel that it gets. So it is stopped
     * while nobody is there, or it would try some thousands of times.
     */
    @Test
    void hycoWsComesBackToAServerThatWasKilledAndLeavesNoGhosts(@TempDir Path home) {
        Told told = new Told();
        try (ServerProcess server = new ServerProcess(home);
                ForeignProgram hyco = hycoWs(server)) {
            hyco.prints("online");

            Signals.stop(hyco);
            server.isKilled();
            server.startsAgain();
            Signals.resume(hyco);

            hyco.prints("online");
            connects(server, "hyco", told);
            hyco.close();
            server.untilMeter("fairlead_relay_listeners", 0);
        }
    }

    /** A process that was killed on the listener's side leaves nothing behind, either. */
    @Test
    void listenerThatIsKilledIsGoneAtOnceAndSoAreItsPairs(@TempDir Path home) {
        Told told = new Told();
        try (ServerProcess server = new ServerProcess(home);
                ForeignProgram hyco = hycoWs(server)) {
            hyco.prints("online");
            connects(server, "hyco", told);

            hyco.close();

            told.next("lost", () -> "");
            server.untilMeter("fairlead_relay_listeners", 0);
            server.untilMeter("fairlead_relay_pairs", 0);
        }
    }

    private static ForeignProgram hycoWs(ServerProcess server) {
        return Programs.node(Programs.file("node/listener.js"))
                .with("LISTEN_URL", server.uri() + "/$hc/hyco?sb-hc-action=listen")
                .with("TOKEN", server.token())
                .with("KIND", "hyco-ws")
                .start();
    }

    private static RelayConnection connects(ServerProcess server, String path, Told told) {
        RelayConnection connection = RelaySender.builder(ConnectionString.parse(server.connectionString()))
                .path(path)
                .build()
                .connect(new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection from, String text) {
                        told.tell("heard " + text);
                    }

                    @Override
                    public void onLost(RelayConnection from, RelayException cause) {
                        told.tell("lost");
                    }
                })
                .join();
        connection.sendText("hello " + path);
        told.next("heard hello " + path, () -> "");
        return connection;
    }
}
