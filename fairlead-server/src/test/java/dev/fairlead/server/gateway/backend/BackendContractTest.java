// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayEvents;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.delivery.DeadLetters;
import dev.fairlead.server.gateway.delivery.DeliveryConfig;
import dev.fairlead.server.gateway.delivery.DeliveryLine;
import dev.fairlead.server.gateway.delivery.Gate;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every backend keeps, by the numbers of the promises in the package of the port. The test's thread is the event loop. */
public abstract class BackendContractTest {

    /** How a session ends here. */
    protected static final SessionEnd LEFT = new SessionEnd(CloseStatus.clipped(CloseStatus.GOING_AWAY, ""));

    private static final DeliveryConfig CONFIG =
            new DeliveryConfig(1, Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofSeconds(5), 1000);

    @TempDir
    private Path directory;

    private final FakeTime time = new FakeTime();
    private final FakePeer peer = new FakePeer("client", time);
    private final GatewayEvents events = new GatewayEvents();
    private final Session session = new Session(
            "a".repeat(32),
            "/ws",
            new UpgradeRequest(peer, "/ws", new Headers(List.of()), "ws://gateway.test"),
            Client.ANONYMOUS,
            events);
    private Backend backend;
    private DeadLetters deadLetters;
    private int done;

    /** {@return a backend that was told nothing} */
    protected abstract Backend make();

    /** Has all taken that waits for an answer of what stands behind the backend; nothing for one that answers itself. */
    protected abstract void takesWhatWaits();

    @BeforeEach
    void open() {
        session.open();
        backend = make();
        deadLetters = new DeadLetters(directory.resolve("letters"), 1 << 20, time);
    }

    @AfterEach
    void close() {
        backend.close();
        deadLetters.close();
    }

    /** {@return the backend of the test} */
    protected Backend backend() {
        return backend;
    }

    /** {@return a session that is open} */
    protected Session session() {
        return session;
    }

    /** {@return the time, which passes when the test says so} */
    protected FakeTime time() {
        return time;
    }

    /** {@return what was counted} */
    protected List<String> counted() {
        return events.heard();
    }

    /** {@return how often all of a session was told} */
    protected int done() {
        return done;
    }

    /** {@return a line of that session to the backend, which begins with telling that the client came} */
    protected DeliveryLine line() {
        Gate gate = new Gate(
                "/ws",
                CONFIG.setAsideAfter(),
                () -> Duration.between(Instant.EPOCH, time.instant()).toNanos(),
                events);
        return DeliveryLine.open(
                session, new DeliveryLine.Terms("/ws", backend, CONFIG, gate, deadLetters, events), () -> done++);
    }

    /** {@return a text message} */
    protected static Message text(long number, String text) {
        return new Message.Text(number, text);
    }

    @Test
    void promise1EveryStageComesToAnEnd() {
        CompletableFuture<Receipt> connected = backend.connected(session).toCompletableFuture();
        takesWhatWaits();
        CompletableFuture<Receipt> said =
                backend.message(session, text(1, "hello")).toCompletableFuture();
        takesWhatWaits();
        CompletableFuture<Receipt> ended = backend.disconnected(session, LEFT).toCompletableFuture();
        takesWhatWaits();

        assertThat(List.of(connected, said, ended))
                .allSatisfy(stage -> assertThat(stage).isCompletedWithValueMatching(Receipt.Taken.class::isInstance));
    }

    @Test
    void everyKindOfMessageIsTaken() {
        List<Message> all = List.of(
                text(1, ""),
                text(2, "Grüße, \"\\ 👋 \u0000 \u2028"),
                text(3, "x".repeat(1 << 20)),
                new Message.Binary(4, new byte[0]),
                new Message.Binary(5, "bytes".getBytes(StandardCharsets.UTF_8)));
        for (Message message : all) {
            CompletableFuture<Receipt> said = backend.message(session, message).toCompletableFuture();
            takesWhatWaits();

            assertThat(said).isCompletedWithValueMatching(Receipt.Taken.class::isInstance);
        }
    }

    @Test
    void sessionIsToldToItsEnd() {
        DeliveryLine line = line();
        line.say(text(1, "a"));
        line.say(new Message.Binary(2, new byte[] {'b'}));
        line.end(LEFT);
        for (int i = 0; i < 4; i++) {
            takesWhatWaits();
        }

        assertThat(done).isOne();
        assertThat(events.heard()).filteredOn("delivered"::equals).hasSize(4);
    }

    @Test
    void sessionThatIsGoneIsNoFault() {
        session.end();
        peer.leaves();

        CompletableFuture<Receipt> said =
                backend.message(session, text(1, "last words")).toCompletableFuture();
        takesWhatWaits();

        assertThat(said).isCompletedWithValueMatching(Receipt.Taken.class::isInstance);
    }
}
