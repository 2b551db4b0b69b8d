// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Listeners that come and go at a few paths, and senders that visit them, all at once. */
final class Churn {

    private static final List<Visit> KINDS = List.of(Visit.values());
    private static final int PATHS = 6;
    private static final int LISTENERS = 12;
    private static final int SENDERS = 40;

    /** Whoever is under way when the time is up has a peer's patience, more than once. */
    private static final Duration LAST_VISITS = Duration.ofMinutes(2);

    private final URI relay;
    private final Map<Visit, AtomicLong> visits = new EnumMap<>(Visit.class);
    private final AtomicLong arrivals = new AtomicLong();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    Churn(URI relay) {
        this.relay = relay;
        KINDS.forEach(visit -> visits.put(visit, new AtomicLong()));
    }

    /** Goes on for that long, and returns when everybody has left; fails, and at once, if somebody was not served well. */
    void lasts(Duration time) {
        AtomicBoolean goesOn = new AtomicBoolean(true);
        CountDownLatch fault = new CountDownLatch(1);
        try (ExecutorService guests = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, LISTENERS).forEach(i -> {
                Host host = new Host(relay, "soak/" + i % PATHS, guests, goesOn::get);
                all.execute(() -> repeat(goesOn, fault, "a listener", random -> {
                    host.listen(random);
                    arrivals.incrementAndGet();
                }));
            });
            IntStream.range(0, SENDERS)
                    .forEach(i -> all.execute(() -> repeat(goesOn, fault, "a sender", random -> {
                        Visit visit = KINDS.get(random.nextInt(KINDS.size()));
                        try {
                            visit.go(relay, "soak/" + random.nextInt(PATHS), random);
                        } catch (AssertionError e) {
                            throw new AssertionError(visit + ": " + e.getMessage(), e);
                        }
                        visits.get(visit).incrementAndGet();
                    })));
            boolean failed = fault.await(time.toMillis(), TimeUnit.MILLISECONDS);
            goesOn.set(false);
            all.shutdown();
            assertThat(all.awaitTermination(LAST_VISITS.toSeconds(), TimeUnit.SECONDS) || failed)
                    .as("everybody has left")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while churning", e);
        }
        assertThat(List.copyOf(faults)).as("faults").isEmpty();
    }

    private interface Errand {
        void run(Random random);
    }

    private void repeat(AtomicBoolean goesOn, CountDownLatch fault, String who, Errand errand) {
        Random random = new Random(RandomGenerator.getDefault().nextLong());
        while (goesOn.get()) {
            try {
                errand.run(random);
            } catch (Exception | AssertionError e) {
                faults.add(who + ": " + e);
                fault.countDown();
                return;
            }
        }
    }

    /** Fails if there was a kind of visit that nobody paid. */
    void sawEveryKindOfVisit() {
        assertThat(visits.values())
                .as("%s", this)
                .allSatisfy(count -> assertThat(count.get()).isPositive());
    }

    @Override
    public String toString() {
        return visits + ", listeners that came " + arrivals;
    }
}
