// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.system.bus.PythonBus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the package promises of every bus, on a Python bus; and what it promises otherwise there. */
class PyroContractIT extends MessageBusContractTest {

    private PythonBus python;

    @BeforeEach
    void startBus() {
        python = new PythonBus(PyroTerms.Serializer.PICKLE);
    }

    @AfterEach
    void endBus() throws Exception {
        python.close();
    }

    @Override
    protected MessageBus connect(HeldTerms terms) {
        return python.java();
    }

    /** The Python bus knows each name once; members share it where they share a {@code PyroBus}. */
    @Override
    void oneOfTheInstancesThatShareANameIsTold() {}

    /** The same. */
    @Override
    void eachInstanceIsToldIfItAskedForThat() {}

    /** What waits, waits in the Python bus, without bounds. */
    @Override
    void onlySoManyMessagesWait() {}

    /** Who publishes learns that the Python bus has the message, and no more. */
    @Override
    void fullInboxMakesThePublisherFail() {}

    /** What was published well may still be in the Python bus. */
    @Override
    void whatIsInTheInboxIsHeardBeforeTheMemberHasLeft() {}

    @Test
    void whatTheBusBroughtIsHeardBeforeTheMemberHasLeft() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Listener slow = closing(Listener.of(
                connect(),
                Member.Reach.ONE_INSTANCE,
                "Slow",
                (message, self) -> assertThat(held.await(10, TimeUnit.SECONDS)).isTrue(),
                "news"));
        Listener witness = listener(connect(), "Witness", "news");
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("news", 1L);
        publisher.published("news", 2L);
        assertThat(witness.hears(2)).containsExactly(1L, 2L); // the bus brings each to Slow before
        CompletableFuture<Void> left = CompletableFuture.runAsync(slow::close);
        held.countDown();
        Listener.ended(left);

        assertThat(slow.hasHeard()).hasSize(2);
    }

    @Test
    void oneOfTheInstancesOfOneProgramIsTold() throws Exception {
        MessageBus bus = connect();
        List<Long> told = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(50);
        Member worker = new Member("Worker", Set.of("work"), Member.Reach.ONE_INSTANCE);
        for (int i = 0; i < 2; i++) {
            closing(bus.join(worker, message -> {
                told.add((Long) message.content().value());
                all.countDown();
            }));
        }
        Listener publisher = listener(connect(), "Publisher");

        LongStream.range(0, 50).forEach(item -> publisher.published("work", item));

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(told).doesNotHaveDuplicates();
    }

    @Test
    void eachInstanceOfOneProgramIsToldIfItAskedForThat() throws Exception {
        MessageBus bus = connect();
        CountDownLatch all = new CountDownLatch(2);
        Member gateway = new Member("Gateway", Set.of("net-send"), Member.Reach.EVERY_INSTANCE);
        for (int i = 0; i < 2; i++) {
            closing(bus.join(gateway, message -> all.countDown()));
        }
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("net-send", "all");

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void fullInboxMakesTheBusWaitAndLosesNothingInTime() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Listener slow = closing(Listener.of(
                connect(),
                Member.Reach.ONE_INSTANCE,
                "Slow",
                (message, self) -> assertThat(held.await(10, TimeUnit.SECONDS)).isTrue(),
                "news"));
        Listener publisher = listener(connect(), "Publisher");

        List<CompletableFuture<Void>> published = new ArrayList<>();
        for (long i = 0; i < 1_200; i++) {
            CompletableFuture<Void> one = publisher.publishes("news", i);
            published.add(one);
            if (published.size() % 100 == 0) {
                Listener.ended(one);
            }
        }
        held.countDown();

        published.forEach(Listener::ended);
        assertThat(slow.hears(1_200)).hasSize(1_200).isSorted();
    }
}
