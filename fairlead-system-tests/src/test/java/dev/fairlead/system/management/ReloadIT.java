// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.SenderDriver;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docs, operating, "Configuration": what SIGHUP does to a server, and to those who are connected. */
class ReloadIT {

    private static final String KEYS = """
            keys:
              - {name: root, primaryKey: the root's, rights: [Manage]}
              - {name: app, primaryKey: %s, rights: [Listen, Send]}
            """;
    private static final String ORDERS = """
            relay:
              hybridConnections:
                - {path: orders}
            """;
    private static final String ORDERS_AND_BILLS = ORDERS + "    - {path: bills}\n";

    private static final String USUAL = KEYS.formatted("old") + ORDERS_AND_BILLS;

    @TempDir
    private Path home;

    @Test
    void freshKeyIsGoodAndTheOldOneIsNoneFromTheSignalOn() {
        try (EditedServer server = new EditedServer(home, USUAL)) {
            ListenerDriver old = server.listener("orders", "app", "old").online();
            ListenerDriver root = server.listener("bills", "root", "the root's").online();
            SenderDriver sender = joins(server.sender("orders", "app", "old"), old);

            server.reloads(KEYS.formatted("fresh") + ORDERS_AND_BILLS);

            old.isSentAwayWith(1008);
            echoes(sender, old);
            server.listener("orders", "app", "old").startsListening().isRefusedWith(401, "InvalidSignature");
            server.sender("bills", "app", "old").connects().isRefusedWith(401, "InvalidSignature");
            echoes(joins(server.sender("bills", "app", "fresh"), root), root);
            ListenerDriver fresh = server.listener("orders", "app", "fresh").online();
            fresh.renews(EditedServer.token("app", "old")).isSentAwayWith(1008);
        }
    }

    @Test
    void fileWithErrorsChangesNothingAndEveryErrorIsToldWithItsLineUntilItIsPutRight() {
        try (EditedServer server = new EditedServer(home, USUAL)) {
            ListenerDriver listener = server.listener("orders", "app", "old").online();
            SenderDriver sender = joins(server.sender("orders", "app", "old"), listener);

            server.isEdited("""
                            keys: [{name: app, primaryKey: fresh, rights: [Listen, Send]}]
                            relay:
                              acceptTimeout: 0s
                              pingIntervall: 30s
                            """).isToldToReload();

            assertThat(server.logs("ERROR")).contains("line 5: relay.acceptTimeout: 0s (expected: 1s to 2m)");
            assertThat(server.logs("ERROR")).contains("line 6: relay.pingIntervall: unknown key");
            assertThat(server.meter("fairlead_config_stale")).isEqualTo(1);
            echoes(sender, listener);
            echoes(joins(server.sender("orders", "app", "old"), listener), listener);
            server.listener("bills", "app", "old").online();

            server.reloads(USUAL);

            assertThat(server.meter("fairlead_config_stale")).isZero();
            echoes(joins(server.sender("orders", "app", "old"), listener), listener);
        }
    }

    @Test
    void fileThatIsNoYamlOrGoneEndsNothing() {
        try (EditedServer server = new EditedServer(home, USUAL)) {
            ListenerDriver listener = server.listener("orders", "app", "old").online();

            server.isEdited("keys: [\n").isToldToReload();

            assertThat(server.logs("ERROR")).contains("no YAML");
            echoes(joins(server.sender("orders", "app", "old"), listener), listener);
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void hybridConnectionThatIsRemovedSendsItsListenersAwayAndLeavesItsPairsAndTheOthersAlone() {
        try (EditedServer server = new EditedServer(home, USUAL)) {
            ListenerDriver kept = server.listener("orders", "app", "old").online();
            ListenerDriver gone = server.listener("bills", "app", "old").online();
            SenderDriver joined = joins(server.sender("bills", "app", "old"), gone);
            SenderDriver waiting = server.sender("bills", "app", "old").startsConnecting();
            gone.isOffered(waiting);

            server.reloads(KEYS.formatted("old") + ORDERS);

            gone.isSentAwayWith(1001);
            waiting.isRefusedWith(404, "");
            server.sender("bills", "app", "old").connects().isRefusedWith(404, "Endpoint does not exist");
            server.listener("bills", "app", "old").startsListening().isRefusedWith(404, "Endpoint does not exist");
            echoes(joined, gone);
            echoes(joins(server.sender("orders", "app", "old"), kept), kept);
        }
    }

    @Test
    void hybridConnectionThatIsAddedOrChangedIsSoFromTheSignalOn() {
        try (EditedServer server = new EditedServer(home, KEYS.formatted("old") + ORDERS)) {
            ListenerDriver listener = server.listener("orders", "app", "old").online();

            server.reloads(KEYS.formatted("old") + """
                    relay:
                      hybridConnections:
                        - {path: orders, senderAuthorization: anonymous, maxListeners: 1}
                        - {path: fresh, keys: [{name: own, primaryKey: its own, rights: [Listen]}]}
                    """);

            echoes(joins(server.sender("orders", "nobody", "none").withoutToken(), listener), listener);
            server.listener("orders", "app", "old").startsListening().isRefusedWith(403, "QuotaExceeded");
            ListenerDriver fresh = server.listener("fresh", "own", "its own").online();
            echoes(joins(server.sender("fresh", "app", "old"), fresh), fresh);
        }
    }

    @Test
    void keysThatWaitForARestartAreNamedInAWarningAndTheOthersHold() {
        try (EditedServer server = new EditedServer(home, USUAL)) {
            ListenerDriver listener = server.listener("orders", "app", "old").online();

            server.isEdited(USUAL + """
                              acceptTimeout: 1s
                              pingInterval: 10s
                            namespace: relay.example.com
                            limits: {maxHeaderSize: 64KiB}
                            """).isToldToReload();

            assertThat(server.logs("configuration read again"))
                    .contains("INFO")
                    .contains("changed: relay.acceptTimeout ");
            assertThat(server.logs("waits for a restart"))
                    .contains("WARN")
                    .contains(": namespace, relay.pingInterval, limits.maxHeaderSize ");
            server.sender("orders", "app", "old").connects().isRefusedWith(504, "sb://localhost/orders");
            listener.isOffered();
        }
    }

    /** Some listeners give up for good when they hear 404, and none may be lost to a change that is none of theirs. */
    @Test
    void whoStaysIsServedThroughManyReloadsAndLosesNothing() {
        String[] files = {USUAL, KEYS.formatted("old") + ORDERS, "keys: nonsense\n"};
        try (EditedServer server = new EditedServer(home, USUAL)) {
            ListenerDriver listener = server.listener("orders", "app", "old").online();
            SenderDriver first = joins(server.sender("orders", "app", "old"), listener);
            RawWebSocket firstMet = listener.socket();

            for (int i = 1; i <= 30; i++) {
                server.isEdited(files[i % files.length]).isToldToReload();
                joins(server.sender("orders", "app", "old"), listener);
                ListenerDriver second = server.listener("orders", "app", "old").online();
                second.leaves();
            }

            echoes(joins(server.sender("orders", "app", "old"), listener), listener);
            first.sends("still there");
            assertThat(firstMet.receivesMessage().text()).isEqualTo("still there");
            assertThat(server.meter("fairlead_relay_listeners")).isEqualTo(1);
        }
    }

    private static SenderDriver joins(SenderDriver sender, ListenerDriver listener) {
        sender.startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        return sender.isConnected();
    }

    private static void echoes(SenderDriver sender, ListenerDriver listener) {
        sender.sends("question");
        listener.receives("question").sends("answer");
        sender.receives("answer");
    }
}
