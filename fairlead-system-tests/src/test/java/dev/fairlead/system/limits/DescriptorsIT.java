// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.SenderDriver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay whose process has no file descriptor left. */
class DescriptorsIT {

    private static final int DESCRIPTORS = 200;
    private static final String WARNING = "no connection can be accepted";

    @Test
    void acceptingStopsWhatIsJoinedGoesOnAndNewcomersGetInWhenThereAreSomeAgain(@TempDir Path home) {
        try (RelayProcess relay =
                RelayProcess.start(home, "ulimit -n " + DESCRIPTORS, "", "limits.handshakeTimeout=5m")) {
            ListenerDriver listener = relay.listener("orders").online();
            SenderDriver sender = relay.sender("orders").startsConnecting();
            listener.isOffered(sender);
            listener.dials();
            sender.isConnected();

            List<RawWebSocket> idle = new ArrayList<>();
            for (int i = 0; i < DESCRIPTORS; i++) {
                idle.add(relay.socket());
                echoes(sender, listener, i);
            }
            long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
            while (warnings(relay).isEmpty()) {
                assertThat(System.nanoTime()).as(() -> relay.log().toString()).isLessThan(deadline);
                echoes(sender, listener, 0);
            }
            idle.getLast().hearsNothing();
            echoes(sender, listener, 1);

            idle.forEach(RawWebSocket::aborts);

            SenderDriver newcomer = relay.sender("orders").startsConnecting();
            listener.isOffered(newcomer);
            listener.dials();
            echoes(newcomer.isConnected(), listener, 2);
            assertThat(relay.meter("fairlead_connections_accept_failures_total"))
                    .isPositive();
            assertThat(warnings(relay)).hasSize(1);
            assertThat(relay.log()).noneMatch(line -> line.contains("ERROR") || line.contains("\tat "));
            assertThat(relay.isRunning()).isTrue();
        }
    }

    private static void echoes(SenderDriver sender, ListenerDriver listener, int number) {
        sender.sends("question " + number);
        listener.receives("question " + number).sends("answer " + number);
        sender.receives("answer " + number);
    }

    private static List<String> warnings(RelayProcess relay) {
        return relay.log().stream().filter(line -> line.contains(WARNING)).toList();
    }
}
