// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.CallOutcome.Cause;
import dev.fairlead.server.connection.CallOutcome.Failed;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.HttpCall;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call that nobody was told the outcome of yet. Confined to the loop of its pool, but for {@link #cancel()}. */
final class PendingCall implements Cancellable {

    private static final Logger LOGGER = LoggerFactory.getLogger(PendingCall.class);

    private final LoopPool pool;
    private final HttpCall call;
    private final Consumer<CallOutcome> then;
    private final long begunNanos = System.nanoTime();

    private @Nullable Line line;
    private boolean again;
    private boolean tellable;
    private volatile boolean over;

    /** Is not entered anywhere. */
    PendingCall(LoopPool pool, HttpCall call, Consumer<CallOutcome> then) {
        this.pool = pool;
        this.call = call;
        this.then = then;
    }

    HttpCall call() {
        return call;
    }

    /** {@return the connection that it is sent over; null while it waits for one} */
    @Nullable
    Line line() {
        return line;
    }

    void goOver(@Nullable Line chosen) {
        line = chosen;
    }

    /** {@return whether it was sent over a connection that was closed by then, and may not be sent a third time} */
    boolean isAgain() {
        return again;
    }

    void sendAgain() {
        again = true;
    }

    /** {@return when patience is over, by {@link System#nanoTime()}} */
    long deadlineNanos() {
        return begunNanos + call.patience().toNanos();
    }

    /** {@return whether it was told, or given up} */
    boolean isOver() {
        return over;
    }

    /** From now on the outcome is told at once; before, it is told a little later. */
    void becomeTellable() {
        tellable = true;
    }

    void fail(Cause cause, String evidence) {
        tell(new Failed(cause, evidence));
    }

    /** Tells the outcome, unless the call was given up. The pool must be in order by then: whoever is told may call again. */
    void tell(CallOutcome outcome) {
        if (over) {
            return;
        }
        if (!tellable) {
            pool.later(() -> {
                tellable = true;
                tell(outcome);
            });
            return;
        }
        over = true;
        try {
            then.accept(outcome);
        } catch (RuntimeException fault) {
            // It may be another call's connection by now that it would be taken for a fault of.
            LOGGER.atError().setCause(fault).log("the outcome of a call met a fault");
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            pool.run(() -> pool.giveUp(this));
        }
    }
}
