// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Sender;
import dev.fairlead.bus.member.Recent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A name on the bus, which is an object that the bus calls, and the places of those who bear it. It stays when they have
 * left: the original bus goes on calling it, and would end if nobody answered. Safe from any thread.
 */
final class Station {

    /** How long the bus waits for room in an inbox before the message is lost. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long PAUSE_NANOS = 5_000_000;

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final String name;
    private final PyroUri uri;
    private final List<Place> places = new CopyOnWriteArrayList<>();
    private final Map<String, Place> askers = new Recent<>();
    private final Map<String, Boolean> answersHeard = new Recent<>();
    private volatile List<String> types;
    private volatile long asked;
    private int turn;

    /** Of the keeper's thread alone. */
    private long registered;

    private boolean wasRegistered;
    private @Nullable PyroUri lostTo;

    Station(Member member, String host, int port) {
        this.name = member.name();
        this.uri = new PyroUri("obj_" + UUID.randomUUID().toString().replace("-", ""), host, port);
        this.types = member.types().stream().sorted().toList();
    }

    /** {@return the name that the name server knows} */
    String qualifiedName() {
        return Sender.Service.PREFIX + name;
    }

    PyroUri uri() {
        return uri;
    }

    boolean isLeft() {
        return places.isEmpty();
    }

    List<Place> places() {
        return places;
    }

    void enter(Place place) {
        types = place.member().types().stream().sorted().toList();
        places.add(place);
    }

    void leave(Place place) {
        places.remove(place);
        synchronized (askers) {
            askers.values().removeIf(asker -> asker.equals(place));
        }
    }

    /** {@return the types, for the bus} */
    List<String> wanted() {
        asked = System.nanoTime();
        return types;
    }

    /** {@return when the bus last asked what is wanted, in nanoseconds; 0 if never} */
    long asked() {
        return asked;
    }

    /** {@return whether the name server was told of it} */
    boolean wasRegistered() {
        return wasRegistered;
    }

    void registeredNow() {
        registered = System.nanoTime();
        wasRegistered = true;
        lostTo = null;
    }

    /** {@return when the name server was last told of it, in nanoseconds} */
    long registered() {
        return registered;
    }

    /** Another program has the name now. */
    void lostTo(PyroUri other) {
        if (!other.equals(lostTo)) {
            lostTo = other;
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "{0} is now the name of an object at {1}:{2}: a bus that starts from now on brings messages there",
                    qualifiedName(),
                    other.host(),
                    String.valueOf(other.port()));
        }
    }

    /** Remembers who asks, so that it hears the answer. */
    void asks(BusMessage question, Place asker) {
        synchronized (askers) {
            askers.put(question.uuid(), asker);
        }
    }

    /** Takes a message from the bus. Waits for room in the inboxes. */
    void told(BusMessage message) {
        Set<Place> hearers = new LinkedHashSet<>();
        Place asker = null;
        if (message.answers()) {
            synchronized (askers) {
                if (answersHeard.put(message.uuid(), true) != null) {
                    return; // the bus brings it to who asked, and once more to who wants the type
                }
                asker = askers.remove(message.responseUuid());
            }
        }
        boolean answered = asker != null && asker.answered(message);
        if (asker != null && !answered) {
            hearers.add(asker);
        }
        // What nobody here wants comes because somebody here asked, who is forgotten.
        if (asker == null || (types.contains(message.type()) && reachesAll())) {
            hearers.addAll(chosen());
        }
        if (answered) {
            hearers.remove(asker);
        }
        for (Place place : hearers) {
            tell(place, message);
        }
    }

    private boolean reachesAll() {
        return places.stream().anyMatch(place -> place.member().reach() == Member.Reach.EVERY_INSTANCE);
    }

    private synchronized List<Place> chosen() {
        List<Place> all = List.copyOf(places);
        if (all.size() < 2 || reachesAll()) {
            return all;
        }
        List<Place> one = new ArrayList<>(1);
        for (int i = 0; i < all.size() && one.isEmpty(); i++) {
            Place next = all.get(Math.floorMod(turn++, all.size()));
            if (next.hasRoom()) {
                one.add(next);
            }
        }
        return one.isEmpty() ? all.subList(0, 1) : one;
    }

    private void tell(Place place, BusMessage message) {
        long due = System.nanoTime() + PATIENCE.toNanos();
        while (!place.offer(message)) {
            if (place.hasLeft()) {
                return;
            }
            if (System.nanoTime() - due > 0 || Thread.currentThread().isInterrupted()) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "the inbox of {0} is full: a message of type {1} is lost",
                        name,
                        message.type());
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** One who bears the name. */
    interface Place {

        Member member();

        /** {@return whether the message answers what this one waits for} */
        boolean answered(BusMessage message);

        boolean offer(BusMessage message);

        boolean hasRoom();

        boolean hasLeft();
    }
}
