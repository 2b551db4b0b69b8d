// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.member;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a member has asked and is waiting for. Safe from any thread. */
public final class Questions {

    private static final Duration LONGEST = Duration.ofDays(1);

    private final Map<String, CompletableFuture<BusMessage>> open = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * Publishes a question, and waits.
     *
     * @return the answer, or a {@link BusException}
     * @throws IllegalArgumentException if the message does not ask, or the patience is out of range
     */
    public CompletableFuture<BusMessage> ask(
            BusMessage question, Duration patience, Function<BusMessage, CompletableFuture<@Nullable Void>> publish) {
        if (!question.asks()) {
            throw new IllegalArgumentException("type: " + question.type() + " (expected: one that ends in "
                    + BusMessage.REQUEST + ", of a service)");
        }
        if (patience.compareTo(Duration.ofMillis(1)) < 0 || patience.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("patience: " + patience + " (expected: 1 ms to 1 d)");
        }
        CompletableFuture<BusMessage> answer = new CompletableFuture<>();
        CompletableFuture<BusMessage> result = new CompletableFuture<>();
        open.put(question.uuid(), answer);
        var unusedTimed = answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((message, fault) -> {
                    open.remove(question.uuid(), answer);
                    if (fault == null) {
                        result.complete(message);
                    } else {
                        result.completeExceptionally(told(question, patience, fault));
                    }
                });
        var unusedPublished = publish.apply(question).whenComplete((done, fault) -> {
            if (fault != null) {
                answer.completeExceptionally(fault);
            }
        });
        var unusedAbandoned = result.whenComplete((message, fault) -> answer.cancel(false)); // who asked may give up
        if (closed) {
            close(); // which may have passed by before the question was open
        }
        return result;
    }

    private static BusException told(BusMessage question, Duration patience, Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof BusException known) {
            return known;
        }
        if (cause instanceof TimeoutException) {
            return new BusException(
                    BusException.Reason.UNANSWERED,
                    "nobody answered " + question.type() + " within " + patience.toMillis() + " ms");
        }
        return new BusException(BusException.Reason.AWAY, "could not ask " + question.type(), cause);
    }

    /** {@return whether the message answers a question that is still open} */
    public boolean isOpen(BusMessage message) {
        String asked = message.responseUuid();
        return asked != null && message.answers() && open.containsKey(asked);
    }

    /** {@return whether the message answered a question, and need not be heard otherwise} */
    public boolean answered(BusMessage message) {
        String asked = message.responseUuid();
        CompletableFuture<BusMessage> answer = asked == null || !message.answers() ? null : open.remove(asked);
        return answer != null && answer.complete(message);
    }

    /** Lets all that are open fail, and all that come. */
    public void close() {
        closed = true;
        for (CompletableFuture<BusMessage> answer : open.values()) {
            answer.completeExceptionally(new BusException(BusException.Reason.CLOSED, "the membership is closed"));
        }
    }
}
