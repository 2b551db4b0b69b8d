// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.ListenerState;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelaySender;
import dev.fairlead.protocol.token.ConnectionString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand listeners lose their relay in one moment: docs/protocol, "Reconnecting". */
class ReconnectStormIT {

    private static final int LISTENERS = 1_000;
    private static final int PATHS = 40;

    /** From the moment that the server accepts connections again; the longest pause of the SDK that can be due is 30 s. */
    private static final Duration BOUND = Duration.ofSeconds(45);

    @Test
    void thousandListenersComeBackToAServerThatWasKilled(@TempDir Path home) throws Exception {
        AtomicInteger online = new AtomicInteger();
        AtomicLong lastBack = new AtomicLong();
        AtomicInteger attempts = new AtomicInteger();
        List<RelayListener> listeners = new ArrayList<>();
        try (ServerProcess server = new ServerProcess(home)) {
            String secret = server.connectionString();
            List<CompletableFuture<Void>> opening = new ArrayList<>();
            for (int i = 0; i < LISTENERS; i++) {
                RelayListener listener = Echo.listener(secret, path(i))
                        .onStateChange(state -> {
                            if (state instanceof ListenerState.Online) {
                                lastBack.accumulateAndGet(System.nanoTime(), Math::max);
                                online.incrementAndGet();
                            } else if (state instanceof ListenerState.Reconnecting again) {
                                attempts.incrementAndGet();
                                if (again.attempt() == 1) {
                                    online.decrementAndGet();
                                }
                            }
                        })
                        .build();
                listeners.add(listener);
                opening.add(listener.open());
            }
            for (CompletableFuture<Void> each : opening) {
                each.get(30, TimeUnit.SECONDS);
            }

            long killed = System.nanoTime();
            server.isKilled();
            server.startsAgain();
            long accepting = System.nanoTime();
            int served = 0;
            int servedDuring = 0;
            while (online.get() < LISTENERS) {
                assertThat(Duration.ofNanos(System.nanoTime() - accepting))
                        .as("time until all are back; %s are", online)
                        .isLessThan(BOUND);
                boolean getsThrough =
                        getsThrough(secret, ThreadLocalRandom.current().nextInt(PATHS));
                if (getsThrough && online.get() < LISTENERS) {
                    servedDuring++;
                }
            }
            Duration recovered = Duration.ofNanos(lastBack.get() - accepting);
            for (int path = 0; path < PATHS; path++) {
                served += getsThrough(secret, path) ? 1 : 0;
            }

            System.out.printf(
                    "reconnect storm: %d listeners back %.1f s after the server accepted connections again, which was %.1f s "
                            + "after it was killed; %d attempts, %d senders served meanwhile%n",
                    LISTENERS,
                    recovered.toMillis() / 1000.0,
                    Duration.ofNanos(accepting - killed).toMillis() / 1000.0,
                    attempts.get(),
                    servedDuring);
            assertThat(servedDuring).isPositive();
            assertThat(served).isEqualTo(PATHS);
            server.untilMeter("fairlead_relay_listeners", LISTENERS);
        } finally {
            listeners.parallelStream().forEach(RelayListener::close);
        }
    }

    private static String path(int i) {
        return "storm/" + i % PATHS;
    }

    private static boolean getsThrough(String secret, int path) {
        try {
            RelaySender.builder(ConnectionString.parse(secret))
                    .path(path(path))
                    .build()
                    .connect(new ConnectionHandler() {})
                    .join()
                    .close();
            return true;
        } catch (CompletionException refused) {
            return false;
        }
    }
}
