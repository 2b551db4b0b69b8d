// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RecordingBackend;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server that is told to stop while messages are under way: what it has of them is told, or kept. */
@ExtendWith(RelayUnderTest.Extension.class)
class StoppingGatewayIT {

    private static final int SESSIONS = 50;
    private static final Pattern LETTER =
            Pattern.compile("\"session\":\"([0-9a-f]{32})\".*\"kind\":\"(\\w+)\"(?:,\"number\":(\\d+))?");

    private final CountDownLatch held = new CountDownLatch(1);
    private final Ledger ledger = new Ledger();
    private final RecordingBackend backend = new RecordingBackend().asks(ledger);
    private final List<RawWebSocket> clients = new ArrayList<>();
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.offers("path: /ws, backend: " + backend.yaml("answerTimeout: 1m"));
    }

    @AfterEach
    void end() {
        held.countDown();
        backend.close();
    }

    /** Every session's first message is in the backend's hands, and the second waits behind it. */
    private void talk() {
        ledger.feels(post -> {
            if (post.path().equals("/message")) {
                try {
                    held.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return RecordingBackend.TAKING;
        });
        // in one segment, so that who has read the first has read the second
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(WireFrame.text("1").bytes());
        both.writeBytes(WireFrame.text("2").bytes());
        for (int i = 0; i < SESSIONS; i++) {
            clients.add(relay.session("/ws").writes(both.toByteArray()));
        }
        ledger.untilTaken(SESSIONS);
        backend.awaits(SESSIONS, "/message");
    }

    @Test
    void whatIsUnderWayIsDeliveredBeforeTheServerEnds() {
        talk();

        CompletableFuture<Void> drained = drain();
        farewells();
        assertThat(relay.socket().asks(Handshake.to("/ws")).status()).isEqualTo(503);
        assertThat(drained).isNotDone();
        held.countDown();

        assertThat(drained).succeedsWithin(Patience.LIMIT);
        assertThat(ledger.stories().values())
                .hasSize(SESSIONS)
                .allSatisfy(story -> assertThat(story).containsExactly("connect", "1", "2", "disconnect"));
        assertThat(relay.folder().resolve("dead-letters.jsonl")).doesNotExist();
    }

    @Test
    void whatTheBackendDoesNotTakeInTimeIsKept() throws IOException {
        relay.with("drainTimeout=1s");
        talk();

        CompletableFuture<Void> drained = drain();
        farewells();

        assertThat(drained).succeedsWithin(Patience.LIMIT);
        Set<String> kept = new HashSet<>();
        for (String letter : Files.readAllLines(relay.folder().resolve("dead-letters.jsonl"))) {
            Matcher parts = LETTER.matcher(letter);
            assertThat(parts.find()).as(letter).isTrue();
            kept.add(parts.group(1) + " " + parts.group(2) + " " + parts.group(3));
        }
        Set<String> expected = new HashSet<>();
        for (String session : ledger.stories().keySet()) {
            expected.addAll(List.of(session + " message 1", session + " message 2", session + " disconnected null"));
        }
        assertThat(kept).isEqualTo(expected).hasSize(3 * SESSIONS);
    }

    private CompletableFuture<Void> drain() {
        return CompletableFuture.runAsync(
                relay.server()::drain, task -> Thread.ofVirtual().start(task));
    }

    private void farewells() {
        for (RawWebSocket client : clients) {
            assertThat(client.receivesButNoPings().closeCode()).isEqualTo(1001);
            client.sends(WireFrame.close(1001, ""));
        }
    }
}
