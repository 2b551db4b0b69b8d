// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.MessageHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A bus that keeps what is published, and tells members of it on the test's thread, one message after the other. It takes
 * everything at once unless the test says otherwise.
 */
final class FakeBus implements MessageBus {

    private final Map<Member, MessageHandler> members = new LinkedHashMap<>();
    private final List<BusMessage> published = new ArrayList<>();
    private final Queue<BusMessage> toTell = new ArrayDeque<>();
    private final List<CompletableFuture<@Nullable Void>> open = new ArrayList<>();
    private BusException.@Nullable Reason fault;
    private boolean patient;
    private boolean telling;
    private boolean closed;

    /** What is published from now on fails for this reason. */
    void fails(BusException.Reason reason) {
        fault = reason;
    }

    /** What is published from now on is taken. */
    void takesAll() {
        fault = null;
        patient = false;
    }

    /** It answers only when the test says so from now on. */
    void takesItsTime() {
        patient = true;
    }

    /** It takes what waits. */
    void takesWhatWaits() {
        List<CompletableFuture<@Nullable Void>> waiting = List.copyOf(open);
        open.clear();
        waiting.forEach(one -> one.complete(null));
    }

    /** {@return what was published, in order, as often as it was} */
    List<BusMessage> published() {
        return List.copyOf(published);
    }

    boolean isClosed() {
        return closed;
    }

    /** {@return who has joined} */
    List<Member> members() {
        return List.copyOf(members.keySet());
    }

    /** A service says something. */
    void says(BusMessage message) {
        toTell.add(message);
        tell();
    }

    private void tell() {
        if (telling) {
            return;
        }
        telling = true;
        try {
            for (BusMessage next = toTell.poll(); next != null; next = toTell.poll()) {
                for (Map.Entry<Member, MessageHandler> one : List.copyOf(members.entrySet())) {
                    if (one.getKey().types().contains(next.type())) {
                        one.getValue().heard(next);
                    }
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            telling = false;
        }
    }

    @Override
    public Membership join(Member member, MessageHandler handler) {
        members.put(member, handler);
        return new Membership() {
            @Override
            public CompletableFuture<@Nullable Void> publish(BusMessage message) {
                published.add(message);
                if (fault != null) {
                    return CompletableFuture.failedFuture(new BusException(fault, "planned"));
                }
                CompletableFuture<@Nullable Void> taken = new CompletableFuture<>();
                if (patient) {
                    open.add(taken);
                } else {
                    taken.complete(null);
                }
                says(message);
                return taken;
            }

            @Override
            public CompletableFuture<BusMessage> request(BusMessage message, Duration patience) {
                return CompletableFuture.failedFuture(new AssertionError("nobody asks"));
            }

            @Override
            public void close() {
                members.remove(member);
            }
        };
    }

    @Override
    public @Nullable String trouble() {
        return fault == null ? null : "planned";
    }

    @Override
    public void close() {
        closed = true;
    }
}
