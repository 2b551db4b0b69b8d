// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.HeldTerms;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Messages that nobody wants yet, in a line for each type: as long as there is a line, what is published goes to its end. Safe
 * from any thread; sends while it is locked, so that nothing overtakes a line that sets out.
 */
final class Waiting {

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    /** What became of a message that asked to wait. */
    enum Admission {
        /** Nothing waits for which it would have to wait. */
        NO_LINE,
        /** It waits. */
        WAITS,
        /** There is no room. */
        FULL
    }

    /** What became of a message that had waited, and set out. */
    enum Fate {
        /** It was heard. */
        HEARD,
        /** Nobody took it. */
        NOT_TAKEN,
        /** It may have been heard. */
        UNCERTAIN
    }

    /** Sends messages; what becomes of it is told to {@link #ended}. */
    interface Road {
        /** {@return whether it is on its way} */
        boolean send(Underway message);
    }

    private final HeldTerms terms;
    private final Road road;
    private final Map<String, Queue<Underway>> lines = new HashMap<>();

    /** Of each line that has one: the message that tries whether somebody wants the type by now. */
    private final Map<String, Underway> scouts = new HashMap<>();

    private int messages;
    private long size;
    private volatile boolean any;

    Waiting(HeldTerms terms, Road road) {
        this.terms = terms;
        this.road = road;
    }

    /** Lets a message wait if others of its type do. */
    Admission joinLine(Underway message) {
        if (!any) {
            return Admission.NO_LINE;
        }
        synchronized (this) {
            return lines.containsKey(message.type) || scouts.containsKey(message.type)
                    ? hold(message)
                    : Admission.NO_LINE;
        }
    }

    /** Lets a message wait that nobody wants. */
    synchronized Admission hold(Underway message) {
        if (messages >= terms.messages() || size + message.body.length > HeldTerms.MOST_CHARACTERS) {
            return Admission.FULL;
        }
        enter(message);
        return Admission.WAITS;
    }

    private void enter(Underway message) {
        message.waited = true;
        lines.computeIfAbsent(message.type, type -> new PriorityQueue<>(Comparator.comparingLong(one -> one.number)))
                .add(message);
        messages++;
        size += message.body.length;
        any = true;
    }

    private void left(Underway message) {
        messages--;
        size -= message.body.length;
    }

    private void tidy(String type) {
        Queue<Underway> line = lines.get(type);
        if (line != null && line.isEmpty()) {
            lines.remove(type);
        }
        any = !lines.isEmpty() || !scouts.isEmpty();
    }

    /** Lets the first of each of these lines try. */
    synchronized void tryAll(Collection<String> types) {
        for (String type : types) {
            Queue<Underway> line = lines.get(type);
            if (line != null && !line.isEmpty() && !scouts.containsKey(type) && road.send(line.element())) {
                scouts.put(type, line.remove());
            }
        }
    }

    /** Drops what has waited too long, and lets the others try. */
    synchronized void pass(long now) {
        for (String type : List.copyOf(lines.keySet())) {
            Queue<Underway> line = lines.getOrDefault(type, new PriorityQueue<>());
            Underway first = line.peek();
            while (first != null && now - first.since >= terms.time().toNanos()) {
                left(line.remove());
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "nobody wanted a message of type {0} within {1} s: it is dropped",
                        type,
                        terms.time().toSeconds());
                first = line.peek();
            }
            tidy(type);
        }
        tryAll(List.copyOf(lines.keySet()));
    }

    /** A message that had waited has come to an end, or waits again. */
    synchronized void ended(Underway message, Fate fate) {
        boolean scout = scouts.remove(message.type, message);
        left(message);
        if (fate == Fate.NOT_TAKEN) {
            enter(message);
        } else if (fate == Fate.UNCERTAIN) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a message of type {0} that waited may not have been heard: it is dropped",
                    message.type);
        } else if (scout) {
            setOut(message.type);
        }
        tidy(message.type);
    }

    /** Sends the whole line, whose first message was heard. */
    private void setOut(String type) {
        Queue<Underway> line = lines.get(type);
        while (line != null && !line.isEmpty() && road.send(line.element())) {
            line.remove();
        }
    }

    synchronized void close() {
        lines.clear();
        scouts.clear();
        messages = 0;
        size = 0;
        any = false;
    }
}
