// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Listener;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Sender;
import dev.fairlead.bus.nats.NatsBus;
import dev.fairlead.bus.nats.NatsTerms;
import dev.fairlead.testkit.NatsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** NATS is killed and comes back, was not there yet, or does not let a bus in. */
class NatsLossIT {

    private static final int WINDOW = 200;
    private static final int SOME = 2_000;

    /** Publishes numbers for as long as it is told to, and remembers how each ended. */
    private static final class Stream implements AutoCloseable {
        final Listener publisher;
        final Set<Long> well = ConcurrentHashMap.newKeySet();
        final Set<Long> badly = ConcurrentHashMap.newKeySet();
        final AtomicBoolean going = new AtomicBoolean(true);
        final Semaphore window = new Semaphore(WINDOW);
        final CountDownLatch failed = new CountDownLatch(1);
        volatile CountDownLatch wanted = new CountDownLatch(SOME);
        final Thread thread = Thread.ofPlatform().unstarted(this::run);
        private long number;

        Stream(Listener publisher) {
            this.publisher = publisher;
        }

        private void run() {
            while (going.get()) {
                window.acquireUninterruptibly();
                long one = number++;
                publisher.publishes("number", one).whenComplete((done, fault) -> {
                    window.release();
                    (fault == null ? well : badly).add(one);
                    if (fault == null) {
                        wanted.countDown();
                    } else {
                        failed.countDown();
                    }
                });
            }
        }

        void flows() throws InterruptedException {
            CountDownLatch next = new CountDownLatch(SOME);
            wanted = next;
            assertThat(next.await(60, TimeUnit.SECONDS)).isTrue();
        }

        void ends() throws InterruptedException {
            going.set(false);
            thread.join();
            assertThat(window.tryAcquire(WINDOW, 20, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() {
            going.set(false);
        }
    }

    private static NatsBus connected(NatsServer nats) {
        NatsBus bus = new NatsBus(NatsTerms.of(nats.url()));
        Listener.ended(bus.whenConnected());
        return bus;
    }

    @Test
    @Timeout(120)
    void eachMessageIsHeardOrItsPublisherFailedWhenNatsIsKilledUnderLoadAndAllGoesOn() throws Exception {
        try (NatsServer nats = NatsServer.started();
                NatsBus there = connected(nats);
                NatsBus here = connected(nats);
                Listener reader = Listener.on(there, "Reader", "number", "last");
                Listener publisher = Listener.on(here, "Publisher");
                Stream stream = new Stream(publisher)) {
            stream.thread.start();
            stream.flows();

            nats.kill();
            assertThat(stream.failed.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(here.trouble()).startsWith("NATS is away: ");
            nats.start();
            stream.flows();
            stream.ends();
            Listener.ended(there.whenConnected());
            publisher.published("last", "");

            List<Long> heard = new ArrayList<>();
            for (var message = reader.hears(); !message.type().equals("last"); message = reader.hears()) {
                heard.add((Long) message.content().value());
            }
            assertThat(heard).doesNotHaveDuplicates().containsAll(stream.well);
            assertThat(here.trouble()).isNull();
        }
    }

    @Test
    void membersAndQuestionsWaitForANatsThatIsNotThereYet() throws Exception {
        try (NatsServer nats = NatsServer.stopped("");
                NatsBus bus = new NatsBus(NatsTerms.of(nats.url()))) {
            CompletableFuture<Object> heard = new CompletableFuture<>();
            var membership = bus.join(
                    new Member("Early", Set.of("news"), Member.Reach.ONE_INSTANCE),
                    message -> heard.complete(message.content().value()));
            assertThat(bus.trouble()).startsWith("NATS is away: ");

            nats.start();
            Listener.ended(bus.whenConnected());
            Listener publisher = Listener.on(bus, "Publisher");
            assertThat(Listener.failure(
                            membership.request(publisher.message("nobody-request", ""), Duration.ofMillis(100))))
                    .isEqualTo(BusException.Reason.UNANSWERED);
            publisher.published("news", "late");

            assertThat(Listener.ended(heard)).isEqualTo("late");
        }
    }

    @Test
    void wrongPasswordIsSaidAndNotPrintedAndTheRightOneIsTaken() throws Exception {
        try (NatsServer nats = NatsServer.started("authorization { user: fairlead, password: secret }\n");
                NatsBus stranger = new NatsBus(NatsTerms.of("nats://fairlead:wr0ng@127.0.0.1:" + nats.port()));
                NatsBus friend = new NatsBus(NatsTerms.of("nats://fairlead:secret@127.0.0.1:" + nats.port()))) {
            Listener.ended(friend.whenConnected());

            while (stranger.trouble().contains("found yet")) {
                Thread.onSpinWait();
            }

            assertThat(friend.trouble()).isNull();
            assertThat(stranger.trouble()).isEqualTo("NATS is away: the server refuses the credentials");
            assertThat(Listener.failure(
                            stranger.join(new Member("Stranger", Set.of(), Member.Reach.ONE_INSTANCE), message -> {})
                                    .publish(BusMessage.of("news", new Sender.Service("Stranger"), Content.NULL))))
                    .isEqualTo(BusException.Reason.AWAY);
        }
    }
}
