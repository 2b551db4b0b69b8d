// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.Acceptance;
import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Code of the SDK's user that does not return: it stops what it was called for, and nothing else. */
@ExtendWith(RelayUnderTest.Extension.class)
class BlockingHandlerIT {

    private static final String STUCK = "do not return";

    /** What two intervals of pings take, and a listener that answers none would be gone. */
    private static final Duration LONGER_THAN_PINGS_ARE_MISSED = Duration.ofSeconds(4);

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch stuck = new CountDownLatch(1);
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.with("relay.pingInterval=1s");
    }

    @AfterEach
    void letGo() {
        release.countDown();
    }

    private void doesNotReturn() {
        stuck.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RelayListener.Builder echo() {
        return RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                .path("orders")
                .onConnection(new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection connection, String text) {
                        if (text.equals(STUCK)) {
                            doesNotReturn();
                        }
                        connection.sendText(text);
                    }
                });
    }

    @Test
    void handlerThatDoesNotReturnStopsItsOwnConnectionAlone() throws InterruptedException {
        try (RelayListener listener = echo().build()) {
            listener.open().join();
            relay.sender("orders").connects().isConnected().sends(STUCK);
            assertThat(stuck.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            othersAreServedAndTheChannelIsKept();
        }
    }

    @Test
    void decisionThatIsNotMadeKeepsItsOwnSenderWaitingAlone() throws InterruptedException {
        try (RelayListener listener = echo().onAccept(request -> {
                    if (request.headers().containsKey("X-Stuck")) {
                        doesNotReturn();
                    }
                    return Acceptance.accept();
                })
                .build()) {
            listener.open().join();
            SenderDriver stuckOne = relay.sender("orders")
                    .with(head -> head.with("X-Stuck", "yes"))
                    .startsConnecting();
            assertThat(stuck.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            othersAreServedAndTheChannelIsKept();

            release.countDown();
            stuckOne.isConnected().sends("hello").receives("hello");
        }
    }

    @Test
    void listenerIsClosedThoughItsHandlersDoNotReturn() throws InterruptedException {
        RelayListener listener = echo().closeTimeout(Duration.ofSeconds(1)).build();
        listener.open().join();
        relay.sender("orders").connects().isConnected().sends(STUCK);
        assertThat(stuck.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closed = CompletableFuture.runAsync(listener::close);

        assertThat(closed).succeedsWithin(Patience.LIMIT);
        relay.untilNobodyListens();
    }

    private void othersAreServedAndTheChannelIsKept() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < LONGER_THAN_PINGS_ARE_MISSED.toNanos()) {
            relay.sender("orders")
                    .connects()
                    .isConnected()
                    .sends("hello")
                    .receives("hello")
                    .close();
        }
        assertThat(relay.meter("fairlead_relay_listeners")).isEqualTo(1);
        assertThat(relay.meter("fairlead_relay_listens_total")).isEqualTo(1);
    }
}
