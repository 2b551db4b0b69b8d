// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Chapters 3 to 5, peers that leave at any moment: whatever they leave behind is given back. */
@ExtendWith(RelayUnderTest.Extension.class)
class ChurnIT {

    private static final int COUPLES = 8;
    private static final int MEETINGS = 40;

    /** The page that tells of it. */
    private static final int ONE_CONNECTION = 1;

    @Test
    void nothingIsLeftOfPeersThatLeaveAtAnyMoment(RelayUnderTest relay) {
        URI uri = relay.uri();
        List<CompletableFuture<Void>> couples = new ArrayList<>();

        for (int i = 0; i < COUPLES; i++) {
            Couple couple = new Couple(uri, "churn/" + i, relay.token("", Right.MANAGE), new Random(i));
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    couple.meetOverAndOver();
                    done.complete(null);
                } catch (Throwable failure) {
                    done.completeExceptionally(failure);
                }
            });
            couples.add(done);
        }

        couples.forEach(CompletableFuture::join);
        relay.untilMeter("fairlead_relay_senders_waiting", 0)
                .untilMeter("fairlead_relay_pairs", 0)
                .untilNobodyListens()
                .untilMeter("fairlead_connections_open", ONE_CONNECTION);
        assertThat(relay.meter("fairlead_relay_joins_total")).isGreaterThan(COUPLES);
        ListenerDriver listener = relay.listener("churn/0").online();
        SenderDriver sender = relay.sender("churn/0").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();
    }

    /** A sender and a listener, each of whom may be gone after any step of their meeting. */
    private record Couple(URI uri, String path, String token, Random random) {

        void meetOverAndOver() {
            for (int i = 0; i < MEETINGS; i++) {
                String place = "/$hc/" + path + "/" + i;
                try (RawWebSocket control = dials(place + "?sb-hc-action=listen")) {
                    control.readsUpgrade();
                    meet(control, place);
                }
            }
        }

        private void meet(RawWebSocket control, String place) {
            try (RawWebSocket sender = dials(place)) {
                if (mayBeGone(sender, control)) {
                    return;
                }
                String accept = control.receivesMessage().text();
                int start = accept.indexOf("/$hc/");
                String target =
                        accept.substring(start, accept.indexOf('"', start)).replace("\\/", "/");
                if (mayBeGone(sender, control)) {
                    return;
                }
                try (RawWebSocket rendezvous = dials(target)) {
                    if (mayBeGone(sender, rendezvous)) {
                        return;
                    }
                    sender.sends(WireFrame.binary(new byte[random.nextInt(60_000)]));
                    rendezvous.readsUpgrade();
                    if (mayBeGone(sender, rendezvous)) {
                        return;
                    }
                    sender.readsUpgrade();
                    sender.sends(WireFrame.text("still there?"));
                    rendezvous.sends(WireFrame.close(1000, ""));
                    mayBeGone(sender, rendezvous);
                }
            }
        }

        private RawWebSocket dials(String target) {
            return RawWebSocket.dial(uri).starts(Handshake.to(target).with("ServiceBusAuthorization", token));
        }

        /** Lets neither, one or the other go, in order or by force. */
        private boolean mayBeGone(RawWebSocket one, RawWebSocket other) {
            RawWebSocket leaving = random.nextBoolean() ? one : other;
            switch (random.nextInt(6)) {
                case 0 -> leaving.aborts();
                case 1 -> leaving.close();
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}
