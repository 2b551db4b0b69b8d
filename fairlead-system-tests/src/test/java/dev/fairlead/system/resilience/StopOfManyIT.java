// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelaySender;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a stop leaves to whom, where there are many: docs/protocol, "Refusals". */
@ExtendWith(RelayUnderTest.Extension.class)
class StopOfManyIT {

    private static final Executor ASIDE = task -> Thread.ofVirtual().start(task);
    private static final int CROWD = 400;

    @Test
    void listenersAreSentAwayOneAfterTheOtherWhileEverybodyElseTalksOn(RelayUnderTest relay) {
        relay.knows("path: crowd, maxListeners: " + CROWD);
        ListenerDriver talking = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        talking.isOffered(sender);
        talking.dials();
        sender.isConnected();
        List<ListenerDriver> crowd = Stream.generate(
                        () -> relay.listener("crowd").online())
                .limit(CROWD)
                .toList();

        long start = System.nanoTime();
        CompletableFuture<Void> drained = drain(relay);
        List<CompletableFuture<Duration>> farewells = crowd.stream()
                .map(listener -> later(() -> {
                    listener.isSentAwayWith(1001);
                    return Duration.ofNanos(System.nanoTime() - start);
                }))
                .toList();
        CompletableFuture.anyOf(farewells.toArray(CompletableFuture[]::new)).join();
        relay.sender("crowd").connects().isRefusedWith(503, "stopping");
        relay.listener("crowd").startsListening().isRefusedWith(503, "stopping");
        assertThat(statusOf(relay, "/readyz")).isEqualTo(503);

        List<Duration> times =
                farewells.stream().map(CompletableFuture::join).sorted().toList();
        Duration window = Duration.ofMillis(5L * CROWD);
        assertThat(times.getLast()).isBetween(window.dividedBy(2), window.multipliedBy(2));
        // A tenth of the window has a tenth of the listeners, give or take what a busy machine adds.
        for (int i = 0; i + CROWD / 2 < CROWD; i += CROWD / 10) {
            assertThat(times.get(i + CROWD / 2).minus(times.get(i)))
                    .as("time of a half of the farewells, from number %s", i)
                    .isGreaterThan(window.dividedBy(5));
        }
        sender.sends("still there?");
        talking.receives("still there?");
        assertThat(drained).failsWithin(Patience.WATCH).withThrowableOfType(TimeoutException.class);
        talking.socket().close();
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void stopOfAFewListenersTakesAMoment(RelayUnderTest relay) {
        List<ListenerDriver> few = Stream.generate(
                        () -> relay.listener("orders").online())
                .limit(25)
                .toList();
        List<CompletableFuture<Void>> answers = few.stream()
                .map(listener -> later(() -> {
                    listener.isSentAwayWith(1001);
                    listener.control().sends(WireFrame.close(1001, ""));
                    return (Void) null;
                }))
                .toList();

        CompletableFuture<Void> drained = drain(relay);

        assertThat(drained).succeedsWithin(1500, TimeUnit.MILLISECONDS);
        answers.forEach(CompletableFuture::join);
    }

    /** A close cuts a drain short, and neither of the two may fail. */
    @Test
    void serverThatIsClosedWhileItDrainsIsClosed(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();
        CompletableFuture<Void> drained = drain(relay);
        listener.isSentAwayWith(1001);

        relay.server().close();

        assertThat(drained).succeedsWithin(Patience.LIMIT);
        sender.isCutOff();
    }

    @Test
    void processThatIsToldToStopEndsInOrderWithManySocketsOnIt(@TempDir Path home) {
        int listeners = 200;
        int pairs = 200;
        ConcurrentLinkedQueue<Integer> farewells = new ConcurrentLinkedQueue<>();
        try (ServerProcess server = new ServerProcess(home, "drainTimeout=2s")) {
            String secret = server.connectionString();
            List<RelayListener> online = new ArrayList<>();
            List<CompletableFuture<Void>> opening = new ArrayList<>();
            for (int i = 0; i < listeners; i++) {
                RelayListener listener = Echo.listener(secret, "path-" + i % 20).build();
                online.add(listener);
                opening.add(listener.open());
            }
            opening.forEach(CompletableFuture::join);
            List<CompletableFuture<RelayConnection>> connecting = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                connecting.add(RelaySender.builder(ConnectionString.parse(secret))
                        .path("path-" + i % 20)
                        .build()
                        .connect(new ConnectionHandler() {
                            @Override
                            public void onClose(RelayConnection connection, CloseStatus status) {
                                farewells.add(status.code());
                            }
                        }));
            }
            List<RelayConnection> connections =
                    connecting.stream().map(CompletableFuture::join).toList();

            ForeignProgram stopping = server.isToldToStop();

            assertThat(stopping.exits()).isZero();
            connections.forEach(connection -> connection.closed().join());
            assertThat(farewells).hasSize(pairs).containsOnly(1001);
            online.parallelStream().forEach(RelayListener::close);
        }
    }

    private static CompletableFuture<Void> drain(RelayUnderTest relay) {
        return CompletableFuture.runAsync(relay.server()::drain, ASIDE);
    }

    private static <T> CompletableFuture<T> later(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, ASIDE);
    }

    private static int statusOf(RelayUnderTest relay, String page) {
        try (RawWebSocket socket = RawWebSocket.dial(relay.management())) {
            return socket.asks(Handshake.plain(page)).status();
        }
    }
}
