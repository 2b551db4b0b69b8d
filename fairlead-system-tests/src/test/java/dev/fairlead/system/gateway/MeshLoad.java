// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.RelayUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask {@code lab} for an echo, one request after the other, each with an id of its own: a response that were
 * missing, that came twice or to somebody else would be noticed.
 */
final class MeshLoad implements AutoCloseable {

    private static final int SECONDS = 60;

    private final RelayUnderTest gateway;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> clients = new ArrayList<>();
    private final AtomicInteger results = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private volatile CountDownLatch rest = new CountDownLatch(0);
    private volatile boolean enough;
    private volatile CountDownLatch next;

    /** Begins. */
    MeshLoad(RelayUnderTest gateway, int count) {
        this.gateway = gateway;
        this.next = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            clients.add(threads.submit(this::asks));
        }
    }

    /** Waits for so many answers more, whatever they are. */
    MeshLoad goesOnFor(int answers) throws InterruptedException, ExecutionException {
        CountDownLatch awaited = new CountDownLatch(answers);
        next = awaited;
        boolean came = awaited.await(SECONDS, TimeUnit.SECONDS);
        for (Future<?> client : clients) {
            if (client.isDone()) {
                client.get(); // tells what it heard, or missed
            }
        }
        assertThat(came).as("answers come").isTrue();
        return this;
    }

    /** Asks nothing until told: requests that fail at once would leave no time to a broker that starts. */
    MeshLoad rests() {
        rest = new CountDownLatch(1);
        return this;
    }

    /** Asks again. */
    MeshLoad goesOn() {
        rest.countDown();
        return this;
    }

    /** Asks no more, and waits for the answers to what is asked. */
    MeshLoad ends() throws InterruptedException, ExecutionException {
        enough = true;
        for (Future<?> client : clients) {
            client.get();
        }
        return this;
    }

    int results() {
        return results.get();
    }

    int errors() {
        return errors.get();
    }

    private @Nullable Void asks() throws InterruptedException {
        try (MeshUser client = MeshUser.comes(gateway, "ada")) {
            for (int i = 0; !enough; i++) {
                String response = client.says("lab", "echo", "{\"a\": " + i + "}", "T" + i)
                        .hears();
                String start = "{\"type\": \"response\", \"payload\": {\"trace_id\": \"T" + i + "\", \"result\": ";
                if (response.equals(start + i + ", \"error\": null}}")) {
                    results.incrementAndGet();
                } else {
                    assertThat(response)
                            .isEqualTo(
                                    start + "null, \"error\": {\"error\": \"NuropbTransportError\", \"description\": "
                                            + "\"RMQ channel closed\"}}}");
                    errors.incrementAndGet();
                }
                next.countDown();
                rest.await();
            }
            client.hearsNothing();
        }
        return null;
    }

    @Override
    public void close() {
        enough = true;
        rest.countDown();
        threads.shutdown();
    }
}
