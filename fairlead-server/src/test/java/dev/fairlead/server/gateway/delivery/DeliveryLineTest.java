// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayEvents;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.PlannedFault;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.backend.FakeBackend;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backend is told of a session, and when; by the numbers of the promises in the package of the port. */
class DeliveryLineTest {

    private static final DeliveryConfig CONFIG =
            new DeliveryConfig(1, Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofSeconds(5), 1000);
    private static final SessionEnd LEFT = new SessionEnd(CloseStatus.clipped(CloseStatus.GOING_AWAY, ""));

    @TempDir
    private Path directory;

    private final FakeTime time = new FakeTime();
    private final FakePeer peer = new FakePeer("one", time);
    private final FakeBackend backend = new FakeBackend();
    private final GatewayEvents events = new GatewayEvents();
    private final Session session = new Session(
            "5".repeat(32),
            "/ws",
            new UpgradeRequest(peer, "/ws", new Headers(List.of()), "ws://gateway.test"),
            Client.ANONYMOUS,
            events);
    private DeadLetters deadLetters;
    private int done;

    @BeforeEach
    void opens() {
        session.open();
        deadLetters = new DeadLetters(directory.resolve("letters"), 1 << 20, time);
    }

    private DeliveryLine line(DeliveryConfig config) {
        return DeliveryLine.open(
                session,
                new DeliveryLine.Terms("/ws", backend, config, gate(config), deadLetters, events),
                () -> done++);
    }

    private Gate gate(DeliveryConfig config) {
        return new Gate(
                "/ws",
                config.setAsideAfter(),
                () -> Duration.between(Instant.EPOCH, time.instant()).toNanos(),
                events);
    }

    private static Message text(long number, String text) {
        return new Message.Text(number, text);
    }

    private List<String> letters() throws IOException {
        deadLetters.close();
        Path file = directory.resolve("letters");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Test
    void promise1SessionIsToldInOrder() {
        DeliveryLine line = line(CONFIG);
        line.say(text(1, "a"));
        line.say(text(2, "b"));
        line.end(LEFT);
        backend.takes();
        backend.takes();
        backend.takes();

        assertThat(backend.told()).containsExactly("connected", "1 a", "2 b", "disconnected 1001");
        assertThat(done).isZero();
        backend.takes();
        assertThat(done).isOne();
    }

    @Test
    void promise2NothingIsToldBesideTheConnectAndTheDisconnect() {
        DeliveryLine line =
                line(new DeliveryConfig(3, CONFIG.giveUpAfter(), CONFIG.firstPause(), CONFIG.longestPause(), 9));
        line.say(text(1, "a"));
        assertThat(backend.told()).containsExactly("connected");
        backend.takes();
        line.say(text(2, "b"));
        line.say(text(3, "c"));
        line.say(text(4, "d"));
        assertThat(backend.told()).containsExactly("connected", "1 a", "2 b", "3 c");
        line.end(LEFT);
        backend.takes();
        assertThat(backend.told()).endsWith("4 d");
        backend.takes();
        backend.takes();
        assertThat(backend.told()).endsWith("4 d");
        backend.takes();
        assertThat(backend.told()).endsWith("disconnected 1001");
    }

    @Test
    void promise3EndIsToldOnce() {
        backend.takesAll();
        DeliveryLine line = line(CONFIG);
        line.end(LEFT);
        line.end(SessionEnd.LOST);

        assertThat(backend.told()).containsExactly("connected", "disconnected 1001");
        assertThat(done).isOne();
    }

    @Test
    void promise4WhatWasNotTakenIsToldAgainInItsPlace() {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        line.say(text(2, "b"));
        backend.fails();
        assertThat(backend.told()).containsExactly("connected", "1 a");
        time.passes(CONFIG.firstPause());
        backend.fails();
        time.passes(CONFIG.firstPause().multipliedBy(2));
        backend.takes();

        assertThat(backend.told()).containsExactly("connected", "1 a", "1 a", "1 a", "2 b");
    }

    @Test
    void promise4WhatIsNotTakenInTimeIsADeadLetterAndEndsTheSession() throws IOException {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        line.say(new Message.Binary(2, new byte[] {1, 2, 3}));
        for (Duration passed = Duration.ZERO;
                passed.compareTo(CONFIG.giveUpAfter()) < 0;
                passed = passed.plusMillis(50)) {
            if (backend.unanswered() > 0) {
                backend.fails();
            }
            time.passes(Duration.ofMillis(50));
        }

        assertThat(peer.closes())
                .singleElement()
                .satisfies(status -> assertThat(status.code()).isEqualTo(CloseStatus.TRY_AGAIN_LATER));
        line.end(LEFT);
        backend.takesAll();
        time.passes(Duration.ofSeconds(10));
        assertThat(letters())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains(
                                        "\"session\":\"" + session.id() + "\"",
                                        "\"number\":1,\"text\":\"a\"",
                                        "planned"),
                        second -> assertThat(second).contains("\"number\":2,\"base64\":\"AQID\"", "\"attempts\":0"));
        assertThat(events.heard()).filteredOn("undelivered"::equals).hasSize(2);
        assertThat(backend.told()).endsWith("disconnected 1001");
    }

    @Test
    void promise4NothingIsToldAgainThatTheBackendObjectsTo() {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        line.say(text(2, "b"));
        backend.answers(new Receipt.Objected("500"));

        assertThat(backend.told()).containsExactly("connected", "1 a", "2 b");
        assertThat(events.heard()).contains("objected");
        assertThat(peer.closes()).isEmpty();
    }

    @Test
    void clientThatTheBackendDoesNotWantIsToldSo() {
        line(CONFIG);
        backend.answers(new Receipt.Refused(403, CloseStatus.clipped(4003, "not you"), "403"));

        assertThat(peer.closes()).containsExactly(CloseStatus.clipped(4003, "not you"));
    }

    @Test
    void faultOfTheBackendCountsAsNotTaken() {
        line(CONFIG);
        backend.breaks(new PlannedFault());
        time.passes(CONFIG.firstPause());

        assertThat(backend.told()).containsExactly("connected", "connected");
    }

    @Test
    void sessionIsReadOnlyWhileNothingOfItWaits() {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        assertThat(peer.isPaused()).isFalse();
        line.say(text(2, "b"));
        assertThat(peer.isPaused()).isTrue();
        backend.takes();
        assertThat(peer.isPaused()).isFalse();
    }

    @Test
    void messageThatIsHeldUntilTheEndDoesNotKeepTheEndBackForLong() {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        line.end(LEFT);
        time.passes(DeliveryLine.PATIENCE.minusNanos(1));
        assertThat(backend.told()).containsExactly("connected", "1 a");
        time.passes(Duration.ofNanos(1));

        assertThat(backend.told()).containsExactly("connected", "1 a", "disconnected 1001");
        backend.takes(); // the message, which nobody waits for any more
        assertThat(done).isZero();
        backend.takes();
        assertThat(done).isOne();
    }

    @Test
    void messageThatIsHeldBeyondTheEndIsWaitedForByTheServer() {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        line.end(LEFT);
        time.passes(DeliveryLine.PATIENCE);
        backend.takesLast();
        assertThat(done).isZero();
        backend.takes();

        assertThat(done).isOne();
        assertThat(events.heard()).filteredOn("delivered"::equals).hasSize(3);
    }

    @Test
    void messageThatIsHeldBeyondTheEndIsADeadLetterWhenTheServerStops() throws IOException {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        line.end(LEFT);
        time.passes(DeliveryLine.PATIENCE);
        backend.takesLast();
        line.abandon();

        assertThat(done).isOne();
        assertThat(letters()).singleElement().asString().contains("\"text\":\"a\"", "the server stopped");
    }

    @Test
    void messageThatIsHeldBeyondTheEndAndLostIsADeadLetterThoughAnotherWasGivenUpBefore() throws IOException {
        DeliveryLine line = line(
                new DeliveryConfig(2, Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofMillis(100), 1000));
        backend.takes();
        line.say(text(1, "a"));
        line.say(text(2, "b"));
        backend.fails();
        time.passes(Duration.ofMillis(200));
        time.passes(Duration.ofSeconds(1)); // the first is given up while it is told again, and so is the session
        line.end(LEFT);
        time.passes(DeliveryLine.PATIENCE);
        backend.fails(); // the second

        assertThat(letters())
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"text\":\"a\""),
                        second -> assertThat(second).contains("\"text\":\"b\""));
    }

    @Test
    void messageThatIsHeldUntilTheEndAndLostThenIsADeadLetter() throws IOException {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        line.end(LEFT);
        time.passes(DeliveryLine.PATIENCE);
        backend.fails();

        assertThat(letters()).singleElement().asString().contains("\"text\":\"a\"");
    }

    @Test
    void whatIsLeftWhenTheServerStopsAreDeadLetters() throws IOException {
        DeliveryLine line = line(CONFIG);
        backend.takes();
        line.say(text(1, "a"));
        line.say(text(2, "b"));
        line.abandon();

        assertThat(done).isOne();
        assertThat(letters()).hasSize(2).allSatisfy(letter -> assertThat(letter).contains("the server stopped"));
    }

    @Test
    void backendThatFailsInARowIsAskedSeldom() {
        DeliveryConfig config =
                new DeliveryConfig(1, Duration.ofMinutes(1), Duration.ofMillis(1), Duration.ofMillis(1), 3);
        line(config);
        for (int i = 0; i < 5_000; i++) {
            if (backend.unanswered() > 0) {
                backend.fails();
            }
            time.passes(Duration.ofMillis(1));
        }

        assertThat(events.heard()).contains("backendSetAside");
        // pauses of 250 and 500 ms, 1 s, and 2 s from then on
        assertThat(backend.told()).hasSizeBetween(3 + 3, 3 + 5);
        backend.takesAll();
        time.passes(Breaker.LONGEST);
        assertThat(events.heard()).endsWith("backendTakenBack", "delivered");
    }

    @Test
    void aThousandMessagesThatNeedNoTimeDoNotDeepenTheStack() {
        backend.takesAll();
        DeliveryLine line = line(CONFIG);
        backend.takesItsTime();
        line.say(text(1, "first"));
        for (int i = 2; i <= 100_000; i++) {
            line.say(text(i, "x"));
        }
        backend.takesAll();
        backend.takes();

        assertThat(backend.told()).hasSize(100_001);
    }
}
