// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.SessionEnd;
import org.jspecify.annotations.Nullable;

/** Something that a backend is to be told of a session, and how that goes. Confined to its line's event loop. */
final class Errand {

    /** What is told. */
    sealed interface What {

        /** The client came. */
        record Connected() implements What {}

        /** The client said something. */
        record Said(Message message) implements What {}

        /** The client is gone. */
        record Disconnected(SessionEnd end) implements What {}
    }

    private final What what;
    private final long beganNanos = System.nanoTime();
    private int failures;
    private boolean over;
    private @Nullable Cancellable deadline;
    private @Nullable Cancellable patience;

    Errand(What what) {
        this.what = what;
    }

    What what() {
        return what;
    }

    /** {@return whether it is a message, which others may be told beside} */
    boolean isMessage() {
        return what instanceof What.Said;
    }

    /** {@return how long ago it came up, by {@link System#nanoTime()}} */
    long ageNanos() {
        return System.nanoTime() - beganNanos;
    }

    /** {@return how often it was not taken} */
    int failures() {
        return failures;
    }

    /** It was not taken once more. */
    void failed() {
        failures++;
    }

    /** {@return whether there is nothing more to be done about it} */
    boolean isOver() {
        return over;
    }

    /** Nothing more is to be done about it. */
    void end() {
        over = true;
        if (deadline != null) {
            deadline.cancel();
        }
        loseNoPatience();
    }

    boolean hasDeadline() {
        return deadline != null;
    }

    void givenUpBy(Cancellable timer) {
        deadline = timer;
    }

    void waitedForUntil(Cancellable timer) {
        patience = timer;
    }

    void loseNoPatience() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }
}
