// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key set that others write, read ahead so that clients need not wait for it.
 *
 * <ul>
 *   <li>It is read at first, then every {@code refresh}; after a failure every 10 s, or every {@code refresh} if that is shorter.
 *   <li>A token that names an unknown key has it read at once, and so has a client while there are no keys: {@value
 *       #MOST_ASKED} times in 30 s at most. There is never more than one reading under way, and whoever comes meanwhile
 *       waits for it.
 *   <li>While it cannot be read the keys stay, for {@code keptFor} after they were last read; then nobody is let in.
 * </ul>
 */
final class ReadKeys implements KeyRing {

    /** How often the key set is read within {@link #ASKED_WITHIN} because of what clients show. */
    static final int MOST_ASKED = 3;

    private static final Duration ASKED_WITHIN = Duration.ofSeconds(30);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Logger LOGGER = LoggerFactory.getLogger(ReadKeys.class);

    private final KeySource source;
    private final Terms terms;
    private final LongSupplier nanoTime;
    private final Executor reader;
    private final Deque<Long> asked = new ArrayDeque<>(MOST_ASKED);
    private volatile @Nullable Held held;
    private @Nullable CompletableFuture<Void> reading;
    private @Nullable Long tried;
    private Health health = Health.WELL;
    private @Nullable Thread watch;

    /**
     * How a key set is kept.
     *
     * @param allowed the algorithms whose keys are looked for
     * @param refresh how often it is read
     * @param keptFor how long keys hold after they were last read
     */
    record Terms(Set<Algorithm> allowed, Duration refresh, Duration keptFor) {

        /** How soon after a failure it is read again. */
        Duration pause() {
            return refresh.compareTo(PAUSE_AFTER_FAILURE) < 0 ? refresh : PAUSE_AFTER_FAILURE;
        }
    }

    private record Held(Keys keys, long readAt) {}

    private enum Health {
        WELL,
        /** What was read before holds on. */
        STALE,
        /** There is nothing to go by. */
        WITHOUT
    }

    /**
     * Reads nothing yet.
     *
     * @param nanoTime the time that passes
     * @param reader runs readings, which wait
     */
    ReadKeys(KeySource source, Terms terms, LongSupplier nanoTime, Executor reader) {
        this.source = source;
        this.terms = terms;
        this.nanoTime = nanoTime;
        this.reader = reader;
    }

    /** Reads now, and from now on by itself, on virtual threads, until it is closed. */
    static ReadKeys begin(KeySource source, Terms terms) {
        if (source instanceof KeySource.AtUrl address && address.isOpen()) {
            LOGGER.atWarn()
                    .addKeyValue("jwks", source)
                    .log(
                            "keys for clients' tokens come over plain HTTP, and anybody on the way can change them; use https");
        }
        ReadKeys keys = new ReadKeys(source, terms, System::nanoTime, Thread::startVirtualThread);
        keys.look();
        keys.watch();
        return keys;
    }

    private synchronized void watch() {
        watch = Thread.ofVirtual().name("fairlead-keys").start(() -> {
            try {
                while (true) {
                    Thread.sleep(LOOK);
                    look();
                }
            } catch (InterruptedException closed) {
                // nobody wants the keys any more
            }
        });
    }

    /** Has the key set read if that is due. */
    synchronized void look() {
        Duration pause = health == Health.WELL ? terms.refresh() : terms.pause();
        if (reading == null && (tried == null || hasPassed(pause, tried))) {
            read();
        }
    }

    @Override
    public CompletionStage<Keys> keys() {
        Held now = held;
        return now != null && isGood(now)
                ? CompletableFuture.completedStage(now.keys)
                : readIfAllowed().thenApply(_ -> good());
    }

    @Override
    public CompletionStage<Keys> newerThan(Keys known) {
        Held now = held;
        return now != null && now.keys != known && isGood(now)
                ? CompletableFuture.completedStage(now.keys)
                : readIfAllowed().thenApply(_ -> good());
    }

    private Keys good() {
        Held now = held;
        if (now == null || !isGood(now)) {
            throw new RefusedException(
                    Refusal.CREDENTIALS_UNVERIFIABLE,
                    "no keys, or too old ones (expected: a key set that can be read)");
        }
        return now.keys;
    }

    private boolean isGood(Held one) {
        return !hasPassed(terms.keptFor(), one.readAt);
    }

    private boolean hasPassed(Duration time, long since) {
        return nanoTime.getAsLong() - since >= time.toNanos();
    }

    private synchronized CompletionStage<Void> readIfAllowed() {
        if (reading == null && (asked.size() < MOST_ASKED || hasPassed(ASKED_WITHIN, asked.getFirst()))) {
            if (asked.size() == MOST_ASKED) {
                asked.removeFirst();
            }
            asked.addLast(nanoTime.getAsLong());
            return read();
        }
        return reading == null ? CompletableFuture.completedStage(null) : reading.minimalCompletionStage();
    }

    private CompletionStage<Void> read() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        reading = mine;
        CompletionStage<Void> done = mine.minimalCompletionStage();
        reader.execute(() -> {
            try {
                String written = source.read();
                Held before = held;
                succeeded(
                        before != null && before.keys.isReadFrom(written)
                                ? before.keys
                                : Keys.of(written, terms.allowed()));
            } catch (UnusableKeys unusable) {
                failed(unusable.why());
            } catch (InterruptedException e) {
                failed("interrupted (expected: to be read)");
            } catch (RuntimeException | StackOverflowError fault) {
                LOGGER.atError()
                        .addKeyValue("jwks", source)
                        .setCause(fault)
                        .log("reading the keys for clients' tokens met a fault");
                failed("a fault of the server");
            } finally {
                mine.complete(null);
            }
        });
        return done;
    }

    private synchronized void succeeded(Keys keys) {
        Held before = held;
        held = new Held(keys, nanoTime.getAsLong());
        boolean wasIll = health != Health.WELL;
        over(Health.WELL);
        if (wasIll || before == null || before.keys != keys) {
            LOGGER.atInfo()
                    .addKeyValue("jwks", source)
                    .log(wasIll ? "keys for clients' tokens can be read again" : "keys for clients' tokens read");
        }
    }

    private synchronized void failed(String why) {
        Held now = held;
        Health before = health;
        over(now != null && isGood(now) ? Health.STALE : Health.WITHOUT);
        if (health != before) {
            switch (health) {
                case WELL -> {}
                case STALE ->
                    LOGGER.atWarn()
                            .addKeyValue("jwks", source)
                            .log("keys for clients' tokens cannot be read, and those read before stay: {}", why);
                case WITHOUT ->
                    LOGGER.atError()
                            .addKeyValue("jwks", source)
                            .log("keys for clients' tokens cannot be read, and nobody is let in: {}", why);
            }
        }
    }

    private void over(Health now) {
        health = now;
        tried = nanoTime.getAsLong();
        reading = null;
    }

    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.interrupt();
        }
    }
}
