// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a stop leaves to whom. */
@ExtendWith(RelayUnderTest.Extension.class)
class StoppingIT {

    private static final Executor ASIDE = task -> Thread.ofVirtual().start(task);

    @Test
    void listenersAreSentAwayAndNobodyNewIsTaken(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = joined(relay, listener);

        CompletableFuture<Void> drained = drain(relay);

        listener.isSentAwayWith(1001);
        relay.sender("orders").connects().isRefusedWith(503, "stopping");
        relay.listener("orders").startsListening().isRefusedWith(503, "stopping");
        assertThat(statusOf(relay, "/readyz")).isEqualTo(503);
        assertThat(statusOf(relay, "/livez")).isEqualTo(200);
        sender.close();
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void joinedPairTalksOnUntilItIsDone(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = joined(relay, listener);

        CompletableFuture<Void> drained = drain(relay);
        listener.isSentAwayWith(1001);

        sender.sends("not yet done");
        listener.receives("not yet done");
        assertThat(drained).failsWithin(Patience.WATCH).withThrowableOfType(TimeoutException.class);
        sender.closes(1000, "");
        listener.isClosedWith(1000, "").closes(1000, "");
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void listenerThatWasToldOfASenderMayStillMeetIt(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        CompletableFuture<Void> drained = drain(relay);
        listener.isSentAwayWith(1001).dials();

        sender.isConnected().sends("in time");
        listener.receives("in time").closes(1000, "");
        sender.isClosedWith(1000, "").closes(1000, "");
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void pairThatTakesLongerThanItMayIsDismissedWith1001(RelayUnderTest relay) {
        relay.with("drainTimeout=1s");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = joined(relay, listener);

        CompletableFuture<Void> drained = drain(relay);

        assertThat(sender.socket().receivesButNoPings().closeCode()).isEqualTo(1001);
        WireFrame close = listener.socket().receivesButNoPings();
        assertThat(close.closeCode()).isEqualTo(1001);
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void serverWithNobodyOnItStopsAtOnce(RelayUnderTest relay) {
        RawWebSocket idle = relay.socket();

        assertThat(drain(relay)).succeedsWithin(Patience.LIMIT);

        idle.readsEnd();
    }

    @Test
    void closeEndsEveryConnection(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = joined(relay, listener);
        RawWebSocket idle = relay.socket();

        relay.server().close();

        listener.control().readsEnd();
        listener.isCutOff();
        sender.isCutOff();
        idle.readsEnd();
    }

    private static SenderDriver joined(RelayUnderTest relay, ListenerDriver listener) {
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        return sender.isConnected();
    }

    private static CompletableFuture<Void> drain(RelayUnderTest relay) {
        return CompletableFuture.runAsync(relay.server()::drain, ASIDE);
    }

    private static int statusOf(RelayUnderTest relay, String page) {
        try (RawWebSocket socket = RawWebSocket.dial(relay.management())) {
            return socket.asks(Handshake.plain(page)).status();
        }
    }
}
