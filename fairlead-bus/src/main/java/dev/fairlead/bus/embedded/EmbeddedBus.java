// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.embedded;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.HeldTerms;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.MessageHandler;
import dev.fairlead.bus.member.Inbox;
import dev.fairlead.bus.member.Questions;
import dev.fairlead.bus.member.Recent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bus within the program: for one node, and for tests. It is never away; what it holds ends with it. Safe from any thread.
 */
public final class EmbeddedBus implements MessageBus {

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");
    private static final CompletableFuture<@Nullable Void> DONE = CompletableFuture.completedFuture(null);

    private final HeldTerms terms;
    private final LongSupplier nanos;

    /** Guards all that follows, and is held while a message is put into inboxes: so it is in all of them, or in none. */
    private final Object lock = new Object();

    /** By type, and then by name. */
    private final Map<String, Map<String, Company>> wanted = new HashMap<>();

    private final Set<Place> places = new HashSet<>();
    private final Deque<Held> held = new ArrayDeque<>();
    private long heldCharacters;
    private boolean closed;

    /** Who asked, by the uuid of the question. */
    private final Map<String, Place> askers = new Recent<>();

    /** A message that nobody wants yet. */
    private record Held(BusMessage message, long since, int characters) {}

    /** Makes a bus on the {@linkplain HeldTerms#DEFAULT usual terms}. */
    public EmbeddedBus() {
        this(HeldTerms.DEFAULT);
    }

    /** Makes a bus. */
    public EmbeddedBus(HeldTerms terms) {
        this(terms, System::nanoTime);
    }

    EmbeddedBus(HeldTerms terms, LongSupplier nanos) {
        this.terms = terms;
        this.nanos = nanos;
    }

    @Override
    public Membership join(Member member, MessageHandler handler) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the bus is closed");
            }
            Place place = new Place(member, handler);
            places.add(place);
            for (String type : member.types()) {
                wanted.computeIfAbsent(type, key -> new LinkedHashMap<>())
                        .computeIfAbsent(member.name(), key -> new Company())
                        .places
                        .add(place);
            }
            tellHeld(place);
            return place;
        }
    }

    /** What is held is wanted by nobody, so that the first who wants it has all of it, before anything new. */
    private void tellHeld(Place first) {
        forgetOld();
        List<BusMessage> theirs = new ArrayList<>();
        held.removeIf(one -> {
            boolean wants = first.member.types().contains(one.message().type());
            if (wants) {
                heldCharacters -= one.characters();
                theirs.add(one.message());
            }
            return wants;
        });
        first.inbox.takeHeld(theirs);
    }

    /** {@return null: the bus is always there} */
    @Override
    public @Nullable String trouble() {
        return null;
    }

    private CompletableFuture<@Nullable Void> publish(BusMessage message, Place from) {
        Place asker;
        synchronized (lock) {
            if (closed || from.left) {
                return failed(BusException.Reason.CLOSED, "the membership is closed");
            }
            asker = message.answers() ? askers.get(message.responseUuid()) : null;
            if (asker == null && !wanted.containsKey(message.type())) {
                CompletableFuture<@Nullable Void> kept = hold(message);
                remember(message, from, !kept.isCompletedExceptionally());
                return kept;
            }
            if (!deliver(message, asker)) {
                return failed(
                        BusException.Reason.BUSY, "who wants messages of type " + message.type() + " has a full inbox");
            }
            remember(message, from, true);
            if (asker == null) {
                return DONE;
            }
            askers.remove(message.responseUuid());
        }
        boolean ignored = asker.questions.answered(message); // what depends on it runs here, and not under the lock
        return DONE;
    }

    private void remember(BusMessage message, Place from, boolean published) {
        if (published && message.asks()) {
            askers.put(message.uuid(), from);
        }
    }

    /**
     * Tells a message to those who want it.
     *
     * @param asker who is told it besides: in its inbox, unless it waits for it
     * @return whether all have it; else none of them
     */
    private boolean deliver(BusMessage message, @Nullable Place asker) {
        Set<Place> told = new LinkedHashSet<>();
        if (asker != null) {
            told.add(asker);
        }
        for (Company company : wanted.getOrDefault(message.type(), Map.of()).values()) {
            company.choose(told);
        }
        if (asker != null && asker.questions.isOpen(message)) {
            told.remove(asker);
        }
        for (Place place : told) {
            if (!place.inbox.hasRoom()) {
                return false;
            }
        }
        for (Place place : told) {
            boolean ignored = place.inbox.offer(message); // nobody else puts anything in
        }
        return true;
    }

    private CompletableFuture<@Nullable Void> hold(BusMessage message) {
        forgetOld();
        int characters;
        try {
            characters = message.content().json().length();
        } catch (IllegalArgumentException unfit) {
            return failed(BusException.Reason.REFUSED, "the content has no form in JSON: " + unfit.getMessage());
        }
        if (held.size() >= terms.messages() || heldCharacters + characters > HeldTerms.MOST_CHARACTERS) {
            return failed(
                    BusException.Reason.BUSY,
                    "nobody wants messages of type " + message.type()
                            + ", and there is no room for more of them to wait");
        }
        held.add(new Held(message, nanos.getAsLong(), characters));
        heldCharacters += characters;
        return DONE;
    }

    private void forgetOld() {
        Held oldest = held.peek();
        while (oldest != null
                && nanos.getAsLong() - oldest.since() >= terms.time().toNanos()) {
            held.remove();
            heldCharacters -= oldest.characters();
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "nobody wanted a message of type {0} within {1} s: it is dropped",
                    oldest.message().type(),
                    terms.time().toSeconds());
            oldest = held.peek();
        }
    }

    private static CompletableFuture<@Nullable Void> failed(BusException.Reason reason, String message) {
        return CompletableFuture.failedFuture(new BusException(reason, message));
    }

    @Override
    public void close() {
        List<Place> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(places);
            held.clear();
            heldCharacters = 0;
        }
        all.forEach(place -> place.questions.close());
        Inbox.closeAll(all.stream().map(place -> place.inbox).toList());
    }

    /** The members of one name that want one type. Guarded by the bus's lock. */
    private static final class Company {

        private final List<Place> places = new ArrayList<>(1);
        private int turn;

        /** Adds who is to be told: those with room first. */
        void choose(Set<Place> told) {
            if (places.get(0).member.reach() == Member.Reach.EVERY_INSTANCE) {
                told.addAll(places);
            } else if (places.stream().noneMatch(told::contains)) {
                told.add(next());
            }
        }

        private Place next() {
            Place next = places.get(0);
            for (int i = 0; i < places.size(); i++) {
                next = places.get(Math.floorMod(turn++, places.size()));
                if (next.inbox.hasRoom()) {
                    break;
                }
            }
            return next;
        }
    }

    private final class Place implements Membership {

        private final Member member;
        private final Inbox inbox;
        private final Questions questions = new Questions();
        private boolean left;

        Place(Member member, MessageHandler handler) {
            this.member = member;
            this.inbox = Inbox.open(member.name(), handler);
        }

        @Override
        public CompletableFuture<@Nullable Void> publish(BusMessage message) {
            return EmbeddedBus.this.publish(message, this);
        }

        @Override
        public CompletableFuture<BusMessage> request(BusMessage message, Duration patience) {
            return questions.ask(message, patience, this::publish);
        }

        @Override
        public void close() {
            synchronized (lock) {
                left = true;
                places.remove(this);
                askers.values().removeIf(asker -> asker == this);
                for (String type : member.types()) {
                    wanted.computeIfPresent(type, (key, those) -> {
                        those.computeIfPresent(member.name(), (name, company) -> {
                            company.places.remove(this);
                            return company.places.isEmpty() ? null : company;
                        });
                        return those.isEmpty() ? null : those;
                    });
                }
            }
            questions.close();
            inbox.close();
        }
    }
}
