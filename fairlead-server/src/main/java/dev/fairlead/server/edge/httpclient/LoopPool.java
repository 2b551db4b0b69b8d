// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import dev.fairlead.server.connection.CallOutcome.Cause;
import dev.fairlead.server.settings.Durations;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, and the calls that wait for one. Confined to the loop, but for what says otherwise.
 *
 * <p>A line that is opened for the calls that wait belongs to none of them: it takes the first of them when it is open, and
 * so does one that was given back before.
 */
final class LoopPool {

    /** Deadlines are looked after no more often: each look goes through all calls. */
    private static final long BETWEEN_LOOKS_NANOS = Duration.ofMillis(5).toNanos();

    /**
     * What the loops of one caller share.
     *
     * @param mostConnections as many as there are permits
     * @param others every loop's, once all are made
     */
    record Setting(
            Dial.Server server,
            RequestWriter requests,
            Permits permits,
            int mostConnections,
            Duration keptIdle,
            List<LoopPool> others) {}

    private final EventLoop loop;
    private final Setting setting;
    private final byte[] scratch = new byte[AnswerReader.MOST_HEAD_BYTES];

    private final Set<Line> lines = new LinkedHashSet<>();
    private final Set<Line> opening = new HashSet<>();
    private final ArrayDeque<Line> unused = new ArrayDeque<>();
    private final Set<PendingCall> waiting = new LinkedHashSet<>();

    private boolean awaitsPermit;
    private boolean closed;
    private @Nullable Future<?> look;
    private long lookNanos;

    /** How many lines there are; other loops look at it to compare, and a moment later it may be another. */
    private volatile int held;

    private volatile int unusedCount;

    /** Has no line, and opens none before it is needed. */
    LoopPool(EventLoop loop, Setting setting) {
        this.loop = loop;
        this.setting = setting;
    }

    /** {@return what a line may read with for a moment} */
    byte[] scratch() {
        return scratch;
    }

    RequestWriter requests() {
        return setting.requests();
    }

    /** Runs a task on the loop: at once if the caller is there. Any thread. False if the loop has ended. */
    boolean run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return later(task);
    }

    /** Runs a task on the loop, and never within this call. Any thread. False if the loop has ended. */
    boolean later(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException _) {
            return false; // and with it everybody who could be told
        }
    }

    /** Enters a call; its outcome is not told within this method. Any thread. */
    void enter(PendingCall call) {
        if (loop.inEventLoop()) {
            begin(call);
            call.becomeTellable();
        } else {
            later(() -> {
                call.becomeTellable();
                begin(call);
            });
        }
    }

    private void begin(PendingCall call) {
        if (call.isOver()) {
            return;
        }
        if (closed) {
            call.fail(Cause.NO_CONNECTION, setting.server().name() + ": the caller is closed");
            return;
        }
        lookAt(call.deadlineNanos());
        Line ready = waiting.isEmpty() ? unused.pollFirst() : null;
        if (ready == null) {
            waiting.add(call);
            want();
        } else {
            unusedCount = unused.size();
            ready.send(call);
        }
    }

    /** Gives up a call that nobody wants to hear of any more. */
    void giveUp(PendingCall call) {
        waiting.remove(call);
        Line line = call.line();
        if (line != null && call.equals(line.call())) {
            leave(line);
        }
    }

    /** Ends a call's claim to its line. */
    private void leave(Line line) {
        if (line.isOpening()) {
            line.openForAll();
            opening.add(line);
        } else {
            line.close();
        }
    }

    /** Opens as many lines as calls wait for one, or waits for permits to. */
    private void want() {
        while (!closed && !awaitsPermit && waiting.size() > opening.size()) {
            if (setting.permits().take()) {
                open(null);
            } else {
                awaitsPermit = true;
                setting.permits().await(this);
                askForUnused();
            }
        }
    }

    private void open(@Nullable PendingCall call) {
        Line line = new Line(this, call);
        lines.add(line);
        held = lines.size();
        if (call == null) {
            opening.add(line);
        } else {
            call.goOver(line);
        }
        line.open(new Dial(this, loop, setting.server()));
    }

    /** One unused line of another loop is enough: the next need asks again. */
    private void askForUnused() {
        for (LoopPool other : setting.others()) {
            if (other.unusedCount > 0 && other.later(other::giveUpUnused)) {
                return;
            }
        }
    }

    private void giveUpUnused() {
        Line oldest = unused.peekLast();
        if (oldest != null && setting.permits().areAwaited()) {
            oldest.close();
        }
    }

    /** Is given a permit that it waits for. Any thread; false if the loop has ended. */
    boolean grant() {
        return later(() -> {
            awaitsPermit = false;
            if (!closed && waiting.size() > opening.size()) {
                open(null);
            } else {
                setting.permits().giveBack();
            }
            want();
        });
    }

    /** {@return whether a line that is free now should go to that loop, which waits} */
    boolean owesTo(LoopPool other) {
        return waiting.isEmpty() || other.held == 0 || held - other.held > 1;
    }

    /** Takes a permit back, for that loop if any. Any thread. */
    void giveBack(@Nullable LoopPool heir) {
        if (heir == null) {
            setting.permits().giveBack();
        } else {
            setting.permits().giveTo(heir);
        }
    }

    /**
     * A line is open.
     *
     * @param first whom it was opened for; null for whatever waits
     */
    void opened(Line line, @Nullable PendingCall first) {
        opening.remove(line);
        // It is used once before another loop may have it: else two loops in need would only pass it on.
        PendingCall next = first == null ? takeFirst() : first;
        if (next == null) {
            unused(line);
        } else {
            line.send(next);
        }
    }

    /** A line is free: for the call that has waited longest, for another loop, or for later. */
    void unused(Line line) {
        LoopPool poor = setting.permits().areAwaited() ? setting.permits().inNeedOf(this) : null;
        if (poor != null) {
            line.closeFor(poor);
            want();
            return;
        }
        PendingCall next = takeFirst();
        if (next != null) {
            line.send(next);
            return;
        }
        unused.addFirst(line);
        unusedCount = unused.size();
        lookAt(idleDeadline(line));
        if (setting.permits().areAwaited()) {
            giveUpUnused(); // somebody began to wait a moment ago, and saw none here
        }
    }

    private @Nullable PendingCall takeFirst() {
        if (waiting.isEmpty()) {
            return null;
        }
        Iterator<PendingCall> first = waiting.iterator();
        while (first.hasNext()) {
            PendingCall call = first.next();
            first.remove();
            if (!call.isOver()) { // given up by another thread, which is on its way here
                return call;
            }
        }
        return null;
    }

    /** A line is no more; its permit comes back by itself. */
    void over(Line line) {
        lines.remove(line);
        opening.remove(line);
        if (unused.remove(line)) {
            unusedCount = unused.size();
        }
        held = lines.size();
    }

    /** The kept line of a call was closed: it gets another, with the same permit. */
    void callAgain(PendingCall call) {
        call.sendAgain();
        open(call);
    }

    /**
     * A line did not come to be: the call that it was opened for is told, or the one that has waited longest.
     *
     * @param call null if it was opened for whatever waits
     */
    void unreached(@Nullable PendingCall call, String evidence) {
        PendingCall told = call == null ? takeFirst() : call;
        want();
        if (told != null && told.isAgain()) {
            told.fail(Cause.LOST, "a kept connection was closed before an answer, and there is no other: " + evidence);
        } else if (told != null) {
            told.fail(Cause.NO_CONNECTION, evidence);
        }
    }

    private void lookAt(long deadlineNanos) {
        if (look != null) {
            if (lookNanos - deadlineNanos <= 0) {
                return;
            }
            look.cancel(false);
        }
        lookNanos = deadlineNanos;
        long delay = Math.max(BETWEEN_LOOKS_NANOS, deadlineNanos - System.nanoTime());
        look = loop.schedule(this::look, delay, TimeUnit.NANOSECONDS);
    }

    /** Ends what has lasted too long. One timer for all of it: calls come and go much faster than they expire. */
    private void look() {
        look = null;
        long now = System.nanoTime();
        Line oldest = unused.peekLast();
        while (oldest != null && idleDeadline(oldest) - now <= 0) {
            oldest.close();
            oldest = unused.peekLast();
        }
        List<PendingCall> pending = new ArrayList<>(waiting);
        for (Line line : lines) {
            PendingCall call = line.call();
            if (call != null) {
                pending.add(call);
            }
        }
        long next = oldest == null ? Long.MAX_VALUE : idleDeadline(oldest) - now;
        List<PendingCall> late = new ArrayList<>();
        for (PendingCall call : pending) {
            long left = call.deadlineNanos() - now;
            if (left <= 0) {
                late.add(call);
            } else {
                next = Math.min(next, left);
            }
        }
        if (next != Long.MAX_VALUE) {
            lookAt(now + next);
        }
        late.forEach(this::expire);
    }

    private long idleDeadline(Line line) {
        return line.unusedSinceNanos() + setting.keptIdle().toNanos();
    }

    private void expire(PendingCall call) {
        String patience = Durations.print(call.call().patience());
        Line line = call.line();
        if (waiting.remove(call)) {
            call.fail(
                    Cause.NO_CONNECTION,
                    setting.server().name()
                            + (awaitsPermit
                                    ? ": all " + setting.mostConnections() + " connections were taken for " + patience
                                    : ": no connection came to be within " + patience));
        } else if (line != null && call.equals(line.call())) {
            leave(line);
            call.fail(Cause.NO_ANSWER, setting.server().name() + ": no whole answer within " + patience);
        }
    }

    /** Ends all lines and calls. */
    void close() {
        closed = true;
        List<PendingCall> left = new ArrayList<>(waiting);
        waiting.clear();
        String evidence = setting.server().name() + ": the caller is closed";
        for (Line line : List.copyOf(lines)) {
            line.fail(Cause.LOST, evidence);
        }
        left.forEach(call -> call.fail(Cause.NO_CONNECTION, evidence));
        if (look != null) {
            look.cancel(false);
            look = null;
        }
    }
}
