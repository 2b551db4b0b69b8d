// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.gateway.session.Session;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands before one endpoint's backend, and lets few through while it fails. Safe from any thread. */
public final class Gate {

    private static final Logger LOGGER = LoggerFactory.getLogger(Gate.class);

    private static final Duration TELLING_PAUSE = Duration.ofSeconds(1);

    private final String endpoint;
    private final int borne;
    private final LongSupplier nanos;
    private final GatewayObserver observer;
    private final AtomicLong toldNanos;
    private final LongAdder untold = new LongAdder();
    private final AtomicReference<Breaker.State> state = new AtomicReference<>(Breaker.UNHURT);

    /**
     * Lets everybody through at first.
     *
     * @param endpoint for the log and the observer
     * @param borne how many failures in a row close it
     * @param nanos the time as {@link System#nanoTime()} tells it
     */
    public Gate(String endpoint, int borne, LongSupplier nanos, GatewayObserver observer) {
        this.endpoint = endpoint;
        this.borne = borne;
        this.nanos = nanos;
        this.toldNanos = new AtomicLong(nanos.getAsLong() - TELLING_PAUSE.toNanos());
        this.observer = observer;
    }

    /** {@return whether the backend may be asked now; who may, has to tell what came of it} */
    boolean admits() {
        while (true) {
            Breaker.State now = state.get();
            long moment = nanos.getAsLong();
            if (!Breaker.admits(now, moment)) {
                return false;
            }
            Breaker.State next = Breaker.asked(now, moment);
            if (next.equals(now) || state.compareAndSet(now, next)) {
                return true;
            }
        }
    }

    /** Who was admitted had nothing to ask: the next one may, at once. */
    void passedOver() {
        if (state.get() instanceof Breaker.State.Trying) {
            state.updateAndGet(now -> Breaker.passedOver(now, nanos.getAsLong()));
        }
    }

    /** The backend took something. */
    void succeeded() {
        Breaker.State before = state.get();
        if (!before.equals(Breaker.UNHURT)) {
            before = state.getAndSet(Breaker.UNHURT);
            if (!(before instanceof Breaker.State.Closed)) {
                LOGGER.atInfo().addKeyValue("path", endpoint).log("backend takes messages again");
                observer.backendTakenBack(endpoint);
            }
        }
    }

    /**
     * The backend took something and said that it is wrong. The log tells of it once a second at most, since clients can
     * cause it at will.
     *
     * @param evidence what the backend said
     */
    void objected(Session session, String evidence) {
        observer.objected(endpoint);
        long now = nanos.getAsLong();
        long last = toldNanos.get();
        if (now - last < TELLING_PAUSE.toNanos() || !toldNanos.compareAndSet(last, now)) {
            untold.increment();
            return;
        }
        LOGGER.atInfo()
                .addKeyValue("session", session.id())
                .addKeyValue("path", endpoint)
                .log(
                        "the backend objects to what it was told ({} more of that since last told): {}",
                        untold.sumThenReset(),
                        evidence);
    }

    /**
     * The backend did not take something.
     *
     * @param evidence why, for the log
     */
    void failed(String evidence) {
        Breaker.State before;
        Breaker.State after;
        do {
            before = state.get();
            after = Breaker.failed(before, nanos.getAsLong(), borne);
        } while (!state.compareAndSet(before, after));
        if (before instanceof Breaker.State.Closed && after instanceof Breaker.State.Open) {
            LOGGER.atWarn()
                    .addKeyValue("path", endpoint)
                    .log("backend does not take messages, which wait for it: {}", evidence);
            observer.backendSetAside(endpoint);
        }
    }
}
