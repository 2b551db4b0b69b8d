// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.HeldTerms;
import dev.fairlead.bus.Listener;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.MessageBusContractTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmbeddedBusTest extends MessageBusContractTest {

    private final AtomicLong nanos = new AtomicLong();
    private EmbeddedBus bus;

    /** One bus for all, on the terms of who asked first. */
    @Override
    protected MessageBus connect(HeldTerms terms) {
        if (bus == null) {
            bus = new EmbeddedBus(terms, nanos::get);
        }
        return bus;
    }

    @Test
    void messageThatNobodyWantedInTimeIsDropped() throws Exception {
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("news", "stale");
        nanos.addAndGet(Duration.ofSeconds(29).toNanos());
        publisher.published("news", "fresh");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        Listener late = listener(connect(), "Late", "news");

        assertThat(late.hears("news")).isEqualTo("fresh");
    }

    @Test
    void roomOfWhatWasDroppedIsFreeAgain() {
        connect(new HeldTerms(Duration.ofSeconds(1), 1));
        Listener publisher = listener(bus, "Publisher");

        publisher.published("nobody", 1);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        publisher.published("nobody", 2);
    }

    @Test
    void largeMessagesWaitOnlyUpToTheirBound() throws Exception {
        Listener publisher = listener(connect(), "Publisher");
        String large = "x".repeat(8 << 20);

        publisher.published("nobody", large);

        assertThat(Listener.failure(publisher.publishes("nobody", large))).isEqualTo(BusException.Reason.BUSY);
    }

    @Test
    void contentThatIsNoJsonDoesNotWait() throws Exception {
        Listener publisher = listener(connect(), "Publisher");

        assertThat(Listener.failure(publisher.publishes("nobody", new Object())))
                .isEqualTo(BusException.Reason.REFUSED);
    }

    @Test
    void moreMessagesThanAnInboxHoldsMayHaveWaitedAndNoneIsOvertaken() throws Exception {
        connect(new HeldTerms(Duration.ofSeconds(30), 2_000));
        Listener publisher = listener(bus, "Publisher");
        List<Object> numbers =
                IntStream.range(0, 1_500).<Object>mapToObj(Long::valueOf).toList();

        numbers.forEach(number -> publisher.published("news", number));
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        bus.join(
                new Member("Late", Set.of("news"), Member.Reach.ONE_INSTANCE),
                message -> heard.add(message.content().value()));

        List<Object> all = new ArrayList<>();
        while (all.size() < numbers.size()) {
            all.add(heard.poll(Listener.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        assertThat(all).isEqualTo(numbers);
    }

    @Test
    void closingByAHandlerReturnsAtOnce() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Listener publisher = listener(connect(), "Publisher");
        closing(Listener.of(
                bus,
                Member.Reach.ONE_INSTANCE,
                "Closer",
                (message, self) -> {
                    bus.close();
                    closed.complete(null);
                },
                "close"));

        publisher.published("close", "");

        Listener.ended(closed);
        assertThat(Listener.failure(publisher.publishes("news", ""))).isEqualTo(BusException.Reason.CLOSED);
    }

    @Test
    void instancesTakeTurns() throws Exception {
        Listener one = listener(connect(), "Worker", "work");
        Listener another = listener(bus, "Worker", "work");

        IntStream.range(0, 10).forEach(item -> one.published("work", item));

        assertThat(one.hears(5)).hasSize(5);
        assertThat(another.hears(5)).hasSize(5);
    }
}
