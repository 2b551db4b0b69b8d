// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Offer;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rendezvous addresses as one would have them who was offered nothing. */
@ExtendWith(RelayUnderTest.Extension.class)
class RendezvousGuessIT {

    private static final Executor EACH_ASIDE = task -> Thread.ofVirtual().start(task);

    /** A random UUID has 122 random bits, and 64 more stand behind it. */
    private static final int RANDOM_BITS = 122 + 64;

    private static final int IDS = 200;
    private static final int GUESSES = 300;
    private static final int DIALS = 40;

    @Test
    void idsHaveNothingInCommon(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        List<BigInteger> ids = new ArrayList<>();
        for (int i = 0; i < IDS; i++) {
            relay.sender("orders").startsConnecting();
            Offer offer = listener.isOffered();
            assertThat(offer.id()).matches("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}_[0-9a-f]{16}");
            ids.add(new BigInteger(offer.id().replaceAll("[-_]", ""), 16));
        }

        BigInteger everSet = ids.stream().reduce(BigInteger.ZERO, BigInteger::or);
        BigInteger alwaysSet = ids.stream().reduce(BigInteger::and).orElseThrow();
        assertThat(everSet.andNot(alwaysSet).bitCount()).isEqualTo(RANDOM_BITS);
        // Half of the bits on average; a quarter is seven deviations from it. One after the other, and any two.
        for (int i = 0; i < IDS; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(ids.get(i).xor(ids.get(j)).bitCount()).isGreaterThan(RANDOM_BITS / 4);
            }
        }
    }

    @Test
    void ofManyWhoDialOneAddressAtOnceOneIsMet(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        Offer offer = listener.isOffered(sender);

        List<RawWebSocket> dialling = Stream.generate(() -> RawWebSocket.dial(offer.server()))
                .limit(DIALS)
                .toList();
        List<CompletableFuture<ResponseHead>> answers = dialling.stream()
                .map(socket ->
                        CompletableFuture.supplyAsync(() -> socket.asks(Handshake.to(offer.target())), EACH_ASIDE))
                .toList();

        List<Integer> statuses =
                answers.stream().map(answer -> answer.join().status()).toList();
        assertThat(statuses).filteredOn(status -> status == 101).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 400).hasSize(DIALS - 1);
        sender.isConnected();
        dialling.forEach(RawWebSocket::close);
    }

    /** What is wrong with an address shows in no word of the answer, and in no time that it takes. */
    @Test
    void everyWrongAddressIsAnsweredAlikeAndTakesAsLong(RelayUnderTest relay) {
        relay.with("relay.acceptTimeout=2m");
        ListenerDriver listener = relay.listener("orders").online();
        relay.listener("invoices").online();
        Offer used = listener.isOffered(relay.sender("orders").startsConnecting());
        listener.dials();
        SenderDriver impatient = relay.sender("orders").startsConnecting();
        Offer late = listener.isOffered(impatient);
        impatient.givesUp();
        relay.untilMeter("fairlead_relay_senders_waiting", 0);
        SenderDriver sender = relay.sender("orders").startsConnecting();
        Offer open = listener.isOffered(sender);
        String begun = open.id().substring(0, open.id().length() - 1);
        List<String> wrong = List.of(
                "/$hc/orders?sb-hc-action=accept&sb-hc-id=" + UUID.randomUUID() + "_0123456789abcdef",
                used.target(),
                late.target(),
                open.target().replace("/$hc/orders", "/$hc/invoices"),
                "/$hc/orders?sb-hc-action=accept&sb-hc-id=" + begun + (open.id().endsWith("0") ? "1" : "0"),
                "/$hc/nowhere?sb-hc-action=accept&sb-hc-id=" + open.id(),
                "/$hc/orders?sb-hc-action=request&sb-hc-id=" + open.id());

        Answers answers =
                Answers.of(relay, GUESSES, wrong.stream().map(Handshake::to).toList());

        assertThat(answers.words()).containsExactly("400 The connection id is unknown or was used already");
        answers.takeAsLong();
        listener.dials();
        sender.isConnected();
    }
}
