// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a stop still says to whom: nobody is left without a word, and nobody's words are cut short. */
@ExtendWith(RelayUnderTest.Extension.class)
class LastWordsIT {

    private static final Executor ASIDE = task -> Thread.ofVirtual().start(task);
    private static final int MESSAGE = 64 * 1024;

    private static CompletableFuture<Void> drain(RelayUnderTest relay) {
        return CompletableFuture.runAsync(relay.server()::drain, ASIDE);
    }

    private static void goes(ListenerDriver listener) {
        listener.isSentAwayWith(1001).control().sends(WireFrame.close(1001, "")).readsEnd();
    }

    private static SenderDriver joined(RelayUnderTest relay, ListenerDriver listener) {
        SenderDriver sender = relay.sender("orders").withReceiveBuffer(4096).startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        return sender.isConnected();
    }

    /** {@return how many messages were sent until the server holds some that it cannot write} */
    private static int talksUntilItIsFelt(RelayUnderTest relay, ListenerDriver listener) {
        byte[] payload = new byte[MESSAGE];
        int messages = 0;
        while (messages * (double) MESSAGE - relay.meter("fairlead_relay_bytes_total") < 8 * MESSAGE) {
            messages++;
            listener.sends(WireFrame.binary(payload));
        }
        return messages;
    }

    @Test
    void senderThatStillWaitsAtTheEndIsToldThatTheRelayStops(RelayUnderTest relay) {
        relay.with("drainTimeout=300ms");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        CompletableFuture<Void> drained = drain(relay);
        goes(listener);

        sender.isRefusedWith(503, "stopping");
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void refusedListenerThatStillWaitsIsAnswered(RelayUnderTest relay) {
        ListenerDriver refused = relay.listener("orders").withoutToken().startsListening();
        relay.untilMeter("fairlead_connections_open", 2);

        CompletableFuture<Void> drained = drain(relay);

        // Whichever of the two was first: its request, or the stop.
        assertThat(refused.control().readsHead().status()).isIn(401, 503);
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void slowReaderOfAPairThatEndedGetsEverything(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = joined(relay, listener);
        int messages = talksUntilItIsFelt(relay, listener);
        sender.closes(1000, "");
        listener.isClosedWith(1000, "");
        listener.closes(1000, "that was all");

        CompletableFuture<Void> drained = drain(relay);
        goes(listener);

        for (int i = 0; i < messages; i++) {
            assertThat(sender.receivesMessage().length()).isEqualTo(MESSAGE);
        }
        sender.isClosedWith(1000, "that was all").isCutOff();
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void slowReaderOfAPairThatIsDismissedHearsTheClose(RelayUnderTest relay) {
        relay.with("drainTimeout=300ms");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = joined(relay, listener);
        talksUntilItIsFelt(relay, listener);

        CompletableFuture<Void> drained = drain(relay);
        goes(listener);
        assertThat(listener.socket().receivesButNoPings().closeCode()).isEqualTo(1001);

        WireFrame frame = sender.socket().receivesButNoPings();
        while (frame.opcode() != WireFrame.CLOSE) {
            frame = sender.socket().receivesButNoPings();
        }
        assertThat(frame.closeCode()).isEqualTo(1001);
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void readerThatStandsStillDoesNotHoldTheStopUp(RelayUnderTest relay) {
        relay.with("drainTimeout=300ms");
        ListenerDriver listener = relay.listener("orders").online();
        joined(relay, listener);
        talksUntilItIsFelt(relay, listener);

        CompletableFuture<Void> drained = drain(relay);
        goes(listener);

        assertThat(drained).succeedsWithin(Duration.ofSeconds(6));
    }

    @Test
    void portsAreClosedAfterTheStop(RelayUnderTest relay) {
        URI port = relay.uri();
        URI management = relay.management();
        ListenerDriver listener = relay.listener("orders").online();

        CompletableFuture<Void> drained = drain(relay);
        goes(listener);

        assertThat(drained).succeedsWithin(Patience.LIMIT);
        assertThatThrownBy(() -> RawWebSocket.dial(port)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> RawWebSocket.dial(management)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void pagesTellOfTheStopWhileItLasts(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = joined(relay, listener);
        CompletableFuture<Void> drained = drain(relay);
        goes(listener);

        RawWebSocket socket = RawWebSocket.dial(relay.management());
        assertThat(socket.readsBody(socket.asks(Handshake.plain("/readyz")))).isEqualTo("draining\n");
        assertThat(relay.page("/livez")).isEqualTo("live\n");
        assertThat(relay.meter("fairlead_relay_pairs")).isEqualTo(1);

        sender.close();
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void tokensAndPathsAreNotLookedAtAnyMore(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = joined(relay, listener);
        CompletableFuture<Void> drained = drain(relay);
        goes(listener);

        relay.sender("nowhere").connects().isRefusedWith(503, "stopping");
        relay.sender("orders").withoutToken().connects().isRefusedWith(503, "stopping");
        relay.listener("nowhere").withoutToken().startsListening().isRefusedWith(503, "stopping");

        sender.close();
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void secondStopWaitsForNothing(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        CompletableFuture<Void> first = drain(relay);
        CompletableFuture<Void> second = drain(relay);
        goes(listener);
        assertThat(CompletableFuture.allOf(first, second)).succeedsWithin(Patience.LIMIT);

        relay.server().drain();
        relay.server().close();
    }
}
