// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RecordingBackend;
import dev.fairlead.testkit.RecordingBackend.Manner;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.WireFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend is told of a session, and what becomes of what it does not take. */
@ExtendWith(RelayUnderTest.Extension.class)
class DeliveryIT {

    private static final String OPEN = "fairlead_gateway_sessions{endpoint=\"/ws\"}";

    private final Ledger ledger = new Ledger();
    private final RecordingBackend backend = new RecordingBackend().asks(ledger);
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.offers(
                "path: /ws, delivery: {giveUpAfter: 1s, firstPause: 10ms, longestPause: 50ms, setAsideAfter: 1000}, backend: "
                        + backend.yaml("answerTimeout: 10s"));
    }

    @AfterEach
    void end() {
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 301, 400, 401, 403, 404, 408, 413, 429, 500, 501, 505})
    void anyOtherStatusIsAnAnswerAndTheSessionGoesOn(int status) {
        ledger.feels(post -> new Manner.Answering(post.path().equals("/message") ? status : 200, "", ""));
        RawWebSocket client = relay.session("/ws");

        client.sends(WireFrame.text("one")).sends(WireFrame.text("two"));

        ledger.untilTaken(3);
        assertThat(ledger.story()).containsExactly("connect", "one", "two");
        assertThat(backend.posts()).hasSize(3);
        relay.untilMeter("fairlead_gateway_objections_total{endpoint=\"/ws\"}", status < 300 ? 0 : 2);
        assertThat(client.sends(WireFrame.ping("there?")).receives().text()).isEqualTo("there?");
    }

    @Test
    void redirectIsAnAnswerAndNobodyFollowsIt() {
        try (RecordingBackend elsewhere = new RecordingBackend()) {
            ledger.feels(post -> new Manner.Redirecting(elsewhere.uri("/latest/meta-data")));
            RawWebSocket client = relay.session("/ws").sends(WireFrame.text("one"));

            ledger.untilTaken(2);
            client.sends(WireFrame.close(1000, ""));
            ledger.untilTaken(3);

            assertThat(ledger.story()).containsExactly("connect", "one", "disconnect");
            assertThat(elsewhere.connections()).isZero();
        }
    }

    @Test
    void nothingIsToldOfHalfAMessageButThatItsClientIsGone() {
        RawWebSocket client = relay.session("/ws").sends(WireFrame.text("whole"));
        ledger.untilTaken(2);
        byte[] half = WireFrame.text("h".repeat(10_000)).bytes();

        client.sends(WireFrame.text("begun, ").notFinal()).writes(Arrays.copyOf(half, half.length / 2));
        client.aborts();

        ledger.untilTaken(3);
        assertThat(ledger.story()).containsExactly("connect", "whole", "disconnect");
        relay.untilMeter(OPEN, 0);
    }

    @Test
    void whatWasSaidBeforeTheEndIsToldBeforeIt() {
        CountDownLatch held = new CountDownLatch(1);
        ledger.feels(post -> {
            awaits(held);
            return RecordingBackend.TAKING;
        });
        RawWebSocket client = relay.session("/ws");
        for (int i = 0; i < 20; i++) {
            client.sends(WireFrame.text("message " + i));
        }
        client.sends(WireFrame.close(1000, "done"));

        held.countDown();

        ledger.untilTaken(22);
        assertThat(ledger.story()).startsWith("connect", "message 0").endsWith("message 19", "disconnect");
        assertThat(client.receives().closeCode()).isEqualTo(1000);
    }

    @Test
    void slowBackendStopsTheReadingOfThatSessionAlone() {
        CountDownLatch held = new CountDownLatch(1);
        ledger.feels(post -> {
            if (post.path().equals("/message") && !post.body().contains("quick")) {
                awaits(held);
            }
            return RecordingBackend.TAKING;
        });
        RawWebSocket slow = relay.session("/ws");
        RawWebSocket quick = relay.session("/ws");
        ledger.untilTaken(2);
        byte[] one = WireFrame.text("s".repeat(60_000)).bytes();
        byte[] much = new byte[one.length * 400];
        for (int i = 0; i < 400; i++) {
            System.arraycopy(one, 0, much, i * one.length, one.length);
        }
        CompletableFuture<Void> written = slow.writesInBackground(much);

        for (int i = 0; i < 200; i++) {
            quick.sends(WireFrame.text("quick " + i));
        }

        ledger.untilTaken(202);
        assertThat(written).isNotDone();
        assertThat(backend.posts("/message"))
                .filteredOn(post -> !post.body().contains("quick"))
                .hasSize(1);
        held.countDown();
        ledger.untilTaken(602, Duration.ofSeconds(30));
        assertThat(written.join()).isNull();
    }

    @Test
    void sessionThatDoesNotReadIsClosedWith1013WhenTooMuchIsSentToItAndNobodyElseNotices() {
        relay.with("gateway.endpoints.0.maxUnread=64KiB");
        RawWebSocket deaf = RawWebSocket.dial(relay.uri(), 4096).upgrades(Handshake.to("/ws"));
        ledger.untilTaken(1);
        String send = String.valueOf(backend.awaits("/connect").member("meta", "send"));
        String id = backend.awaits("/connect").session();
        RawWebSocket other = relay.session("/ws");
        ledger.untilTaken(2);
        assertThat(send).isEqualTo(relay.httpUri() + "/socket/" + id + "/send");

        int sent = 0;
        while (Callback.posts(send, "x".repeat(100_000)).statusCode() == 200) {
            sent++;
            assertThat(sent).isLessThan(500);
        }

        other.sends(WireFrame.text("undisturbed"));
        ledger.untilTaken(4);
        assertThat(ledger.stories().get(id)).containsExactly("connect", "disconnect");
        deaf.close();
    }

    @Test
    void whatIsGivenUpIsADeadLetterWithAllThatIsKnownOfIt() throws IOException {
        RawWebSocket client = relay.session("/ws");
        ledger.untilTaken(1);
        ledger.answers(503);
        client.sends(WireFrame.text("Grüße \"1\"")).sends(WireFrame.binary((byte) 'b'));

        WireFrame close = client.receives();
        assertThat(close.closeCode()).isEqualTo(1013);
        assertThat(close.closeReason()).isEqualTo("The backend does not answer");
        client.sends(WireFrame.close(1013, "")).readsEnd();
        relay.untilMeter("fairlead_gateway_undelivered_total{endpoint=\"/ws\"}", 2);
        ledger.takesAll();
        ledger.untilTaken(2);
        assertThat(ledger.story()).containsExactly("connect", "disconnect");

        Path file = relay.folder().resolve("dead-letters.jsonl");
        relay.server().close();
        String session = ledger.stories().keySet().iterator().next();
        List<String> letters = Files.readAllLines(file);
        assertThat(letters).hasSize(2);
        assertThat(letters.getFirst())
                .contains(
                        "\"endpoint\":\"/ws\"",
                        "\"session\":\"" + session + "\"",
                        "\"kind\":\"message\"",
                        "\"number\":1",
                        "\"text\":\"Grüße \\\"1\\\"\"",
                        "\"evidence\":\"" + backend.uri("/message") + " answered 503\"")
                .containsPattern("\"at\":\"20\\d\\d-")
                .containsPattern("\"attempts\":[1-9]");
        assertThat(letters.getLast())
                .contains("\"number\":2", "\"base64\":\"Yg==\"", "\"attempts\":0", "a message before it was not taken");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private static void awaits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
