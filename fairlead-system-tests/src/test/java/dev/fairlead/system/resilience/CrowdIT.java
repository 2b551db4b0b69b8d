// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.RelayListener;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More peers than may be, all at once: docs/protocol, "The control channel" and "The meeting". */
@ExtendWith(RelayUnderTest.Extension.class)
class CrowdIT {

    private static final Executor EACH_ASIDE = task -> Thread.ofVirtual().start(task);

    /** How many refused listeners wait for their answers at most. */
    private static final int MOST_WAITING = 1_000;

    @Test
    void senderThatFindsTooManyWaitingIsRefusedUntilOneIsServed(RelayUnderTest relay) {
        relay.with("relay.maxWaitingPerListener=2");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver first = relay.sender("orders").startsConnecting();
        listener.isOffered(first);
        SenderDriver second = relay.sender("orders").startsConnecting();
        listener.isOffered(second);

        relay.sender("orders").connects().isRefusedWith(503, "Too many senders wait");
        listener.isNotOffered();

        listener.dials();
        second.isConnected();
        SenderDriver third = relay.sender("orders").startsConnecting();
        listener.isOffered(third);
        listener.dials();
        third.isConnected();
        assertThat(relay.page("/metrics")).contains("fairlead_refusals_total{cause=\"listeners_busy\"} 1.0");
    }

    @Test
    void senderThatGoesMakesRoom(RelayUnderTest relay) {
        relay.with("relay.maxWaitingPerListener=1");
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver impatient = relay.sender("orders").startsConnecting();
        listener.isOffered(impatient);

        impatient.givesUp();
        relay.untilMeter("fairlead_relay_senders_waiting", 0);

        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    @Test
    void sendersAreSharedUntilNoListenerHasRoom(RelayUnderTest relay) {
        relay.with("relay.maxWaitingPerListener=1");
        ListenerDriver one = relay.listener("orders").online();
        ListenerDriver other = relay.listener("orders").online();

        relay.sender("orders").startsConnecting();
        relay.sender("orders").startsConnecting();

        one.isOffered();
        other.isOffered();
        relay.sender("orders").connects().isRefusedWith(503, "Too many senders wait");
    }

    @Test
    void stormOfListenersLetsInAsManyAsMayBeAndSlowsTheOthersDown(RelayUnderTest relay) {
        int crowd = 1_500;
        int most = 25;
        relay.server();
        String token = relay.token("crowd");
        List<CompletableFuture<Answer>> asking = IntStream.range(0, crowd)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> asks(relay, token), EACH_ASIDE))
                .toList();
        try (RelayListener listener =
                Echo.listener(relay.connectionString(), "orders").build()) {
            listener.open().join();
            relay.sender("orders").connects().isConnected().sends("hello").receives("hello");
        }

        List<Answer> answers = asking.stream().map(CompletableFuture::join).toList();

        assertThat(answers.stream().filter(answer -> answer.status() == 101)).hasSize(most);
        assertThat(answers.stream().filter(answer -> answer.status() == 403)).hasSize(crowd - most);
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 403)
                        .filter(answer -> answer.time().compareTo(Duration.ofSeconds(1)) >= 0))
                .hasSizeGreaterThanOrEqualTo(MOST_WAITING);
        answers.forEach(answer -> answer.socket().close());
    }

    private record Answer(RawWebSocket socket, int status, Duration time) {}

    private static Answer asks(RelayUnderTest relay, String token) {
        RawWebSocket socket = RawWebSocket.dial(relay.uri());
        long asked = System.nanoTime();
        ResponseHead head =
                socket.asks(Handshake.to("/$hc/crowd?sb-hc-action=listen").with("ServiceBusAuthorization", token));
        return new Answer(socket, head.status(), Duration.ofNanos(System.nanoTime() - asked));
    }
}
