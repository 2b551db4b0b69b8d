// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a backend is told of one session, in order: that the client came, what it said, that it is gone. What is not taken
 * is told again; the package and that of {@link Backend} say how long, and what then.
 *
 * <p>A message that finds others waiting stops the reading of its session until none waits any more. When the session is over,
 * what is left is told all the same. A backend that then holds a message without an answer, maybe since it answers when the
 * session ends, is told the rest after {@link #PATIENCE}.
 *
 * <p>Confined to the event loop of the session's peer, but for {@link #toString}.
 */
public final class DeliveryLine {

    /** How long a message that is being answered keeps back the end of a session that is over. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryLine.class);
    private static final CloseStatus UNDELIVERED =
            CloseStatus.clipped(CloseStatus.TRY_AGAIN_LATER, "The backend does not answer");

    /** What the lines of an endpoint share. */
    public record Terms(
            String endpoint,
            Backend backend,
            DeliveryConfig config,
            Gate gate,
            DeadLetters deadLetters,
            GatewayObserver observer) {}

    private final Session session;
    private final Terms terms;
    private final Runnable whenDone;
    private final Queue<Errand> waiting = new ArrayDeque<>(1);
    private final Set<Errand> told = LinkedHashSet.newLinkedHashSet(1);

    /** Messages that a session which is over waits for no longer: what becomes of them is told all the same. */
    private final Set<Errand> leftBehind = LinkedHashSet.newLinkedHashSet(0);

    private boolean starting;
    private boolean paused;
    private boolean failed;
    private boolean over;
    private boolean done;

    private DeliveryLine(Session session, Terms terms, Runnable whenDone) {
        this.session = session;
        this.terms = terms;
        this.whenDone = whenDone;
    }

    /**
     * Begins with telling that the client came.
     *
     * @param whenDone run once, when all was told, the end of the session too
     */
    public static DeliveryLine open(Session session, Terms terms, Runnable whenDone) {
        DeliveryLine line = new DeliveryLine(session, terms, whenDone);
        line.add(new Errand(new Errand.What.Connected()));
        return line;
    }

    /**
     * Goes on where the backend was told already that the client came.
     *
     * @param whenDone run once, when all was told, the end of the session too
     */
    public static DeliveryLine resume(Session session, Terms terms, Runnable whenDone) {
        return new DeliveryLine(session, terms, whenDone);
    }

    /** The client said something. */
    public void say(Message message) {
        assert session.peer().inLoop();
        if (failed) {
            // the client was told that nothing more is taken
            bury(new Errand(new Errand.What.Said(message)), "the session was being closed");
        } else if (!over) {
            add(new Errand(new Errand.What.Said(message)));
        }
    }

    /** The session is over; without effect the second time. */
    public void end(SessionEnd end) {
        assert session.peer().inLoop();
        if (over) {
            return;
        }
        over = true;
        for (Errand errand : told) {
            if (errand.failures() == 0) {
                await(errand);
            }
        }
        add(new Errand(new Errand.What.Disconnected(end)));
    }

    /** Gives up all that is left, since the server stops. */
    public void abandon() {
        assert session.peer().inLoop();
        failed = true;
        over = true;
        told.addAll(leftBehind);
        leftBehind.clear();
        for (Errand errand : told) {
            errand.end();
            bury(errand, "the server stopped");
        }
        told.clear();
        for (Errand errand : waiting) {
            bury(errand, "the server stopped");
        }
        waiting.clear();
        finish();
    }

    private void add(Errand errand) {
        waiting.add(errand);
        start();
    }

    /** Tells what may be told now. A backend that needs no time ends one errand after the other in here. */
    private void start() {
        if (starting) {
            return;
        }
        starting = true;
        try {
            for (Errand next = waiting.peek(); next != null && mayStart(next); next = waiting.peek()) {
                waiting.remove();
                told.add(next);
                attempt(next);
            }
        } finally {
            starting = false;
        }
        regulate();
        if (over && waiting.isEmpty() && told.isEmpty() && leftBehind.isEmpty()) {
            finish();
        }
    }

    private boolean mayStart(Errand errand) {
        return told.isEmpty()
                || (errand.isMessage()
                        && told.size() < terms.config().window()
                        && told.stream().allMatch(Errand::isMessage));
    }

    /** Reads on only while nothing that was read waits. */
    private void regulate() {
        boolean pausing = !waiting.isEmpty() && !over;
        if (pausing != paused) {
            paused = pausing;
            if (pausing) {
                session.peer().pause();
            } else {
                session.peer().resume();
            }
        }
    }

    private void attempt(Errand errand) {
        if (errand.isOver()) {
            return;
        }
        if (!terms.gate().admits()) {
            again(errand, "the backend is left alone, since it failed several times in a row");
            return;
        }
        CompletionStage<Receipt> receipt;
        try {
            receipt = tell(errand);
        } catch (RuntimeException fault) {
            receipt = CompletableFuture.failedStage(fault);
        }
        if (over && errand.failures() == 0) {
            await(errand);
        }
        if (receipt.equals(Receipt.AT_ONCE)) {
            terms.gate().passedOver(); // which says nothing of whether the backend is well
            delivered(errand);
            return;
        }
        var _ = receipt.whenComplete((what, fault) -> inLoop(() -> answered(errand, what, fault)));
    }

    private void inLoop(Runnable task) {
        if (session.peer().inLoop()) {
            task.run();
        } else {
            session.peer().execute(task);
        }
    }

    private CompletionStage<Receipt> tell(Errand errand) {
        return switch (errand.what()) {
            case Errand.What.Connected _ -> terms.backend().connected(session);
            case Errand.What.Said(Message message) -> terms.backend().message(session, message);
            case Errand.What.Disconnected(SessionEnd end) -> terms.backend().disconnected(session, end);
        };
    }

    private void answered(Errand errand, @Nullable Receipt receipt, @Nullable Throwable fault) {
        if (receipt == null) {
            LOGGER.atError()
                    .addKeyValue("session", session.id())
                    .addKeyValue("path", terms.endpoint())
                    .setCause(
                            fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault)
                    .log("a backend met a fault");
            notTaken(errand, "a fault of the gateway; the log has it");
            return;
        }
        switch (receipt) {
            case Receipt.Taken _ -> taken(errand);
            case Receipt.Objected(String evidence) -> {
                terms.gate().objected(session, evidence);
                taken(errand);
            }
            case Receipt.Refused(int _, CloseStatus status, String evidence) -> {
                LOGGER.atDebug()
                        .addKeyValue("session", session.id())
                        .addKeyValue("path", terms.endpoint())
                        .log("the backend sends a client away: {}", evidence);
                session.close(status);
                taken(errand);
            }
            case Receipt.NotTaken(String evidence) -> notTaken(errand, evidence);
        }
    }

    private void taken(Errand errand) {
        terms.gate().succeeded();
        if (!errand.isOver() || leftBehind.remove(errand)) {
            delivered(errand);
        }
    }

    private void delivered(Errand errand) {
        terms.observer().delivered(terms.endpoint(), Duration.ofNanos(errand.ageNanos()));
        done(errand);
    }

    private void done(Errand errand) {
        errand.end();
        told.remove(errand);
        start();
    }

    private void notTaken(Errand errand, String evidence) {
        terms.gate().failed(evidence);
        if (errand.isOver()) {
            if (leftBehind.remove(errand)) {
                // nobody else knows that it is lost
                bury(errand, evidence);
                done(errand);
            }
            return;
        }
        errand.loseNoPatience();
        errand.failed();
        terms.observer().retried(terms.endpoint());
        LOGGER.atDebug()
                .addKeyValue("session", session.id())
                .addKeyValue("path", terms.endpoint())
                .log("the backend did not take what it was told: {}", evidence);
        again(errand, evidence);
    }

    /** Tells it after a pause, if there is still time. */
    private void again(Errand errand, String evidence) {
        if (!errand.hasDeadline()) {
            Duration left = terms.config().giveUpAfter();
            if (left.isZero()) {
                giveUp(errand, evidence);
                return;
            }
            errand.givenUpBy(session.peer().schedule(left, () -> giveUp(errand, evidence)));
        }
        Duration pause = terms.config()
                .pause(
                        Math.max(1, errand.failures()),
                        ThreadLocalRandom.current().nextDouble());
        session.peer().schedule(pause, () -> attempt(errand));
    }

    /** A session that is over waits for an answer for a while only. */
    private void await(Errand errand) {
        if (errand.isMessage()) {
            errand.waitedForUntil(session.peer().schedule(PATIENCE, () -> leaveBehind(errand)));
        }
    }

    private void leaveBehind(Errand errand) {
        leftBehind.add(errand);
        done(errand);
    }

    private void giveUp(Errand errand, String evidence) {
        if (errand.isOver()) {
            return;
        }
        bury(errand, evidence);
        boolean atTheEnd = errand.what() instanceof Errand.What.Disconnected;
        if (!failed && !atTheEnd) {
            failed = true;
            for (Iterator<Errand> rest = waiting.iterator(); rest.hasNext(); ) {
                Errand next = rest.next();
                if (next.isMessage()) {
                    rest.remove();
                    bury(next, "a message before it was not taken");
                }
            }
            session.close(UNDELIVERED);
        }
        done(errand);
    }

    private void bury(Errand errand, String evidence) {
        terms.observer().undelivered(terms.endpoint());
        terms.deadLetters().add(session, errand.what(), errand.failures(), evidence);
    }

    private void finish() {
        if (!done) {
            done = true;
            whenDone.run();
        }
    }

    @Override
    public String toString() {
        return "DeliveryLine[" + session + "]";
    }
}
