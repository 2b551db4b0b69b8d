// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.MessageHandler;
import dev.fairlead.bus.member.Inbox;
import dev.fairlead.bus.member.Questions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * CTE's message bus on Pyro4, as one of its services sees it. Waits for a name server and a bus that are not there, and
 * registers again with those that were restarted. The package says what it promises otherwise. Safe from any thread.
 */
public final class PyroBus implements MessageBus {

    /** The name of the bus at the name server. */
    static final String BUS = "service.MessageBus";

    /** How often the name server is asked where the bus is, and whether it still knows the members. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** How long the bus may take to ask a member what it wants; the original looks each second. */
    private static final Duration PATIENCE_WITH_BUS = Duration.ofSeconds(15);

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final PyroTerms terms;
    private final Notation notation;
    private final Overdue overdue = new Overdue();
    private final PyroLog log;
    private final Daemon daemon;
    private final Outbox outbox;
    private final Map<String, Station> stations = new ConcurrentHashMap<>();
    private final Thread keeper = new Thread(this::keep, "fairlead-bus-pyro-keeper");
    private final Object lock = new Object();
    private volatile @Nullable String trouble;
    private boolean closed; // guarded by lock
    private boolean woken; // guarded by lock

    /** Of the keeper's thread alone. */
    private @Nullable RemoteObject names;

    private @Nullable PyroUri known;
    private long knownSince;
    private boolean warned;

    private PyroBus(PyroTerms terms) throws IOException {
        this.terms = terms;
        this.notation = Notation.of(terms);
        this.trouble = "the name server at " + terms.nameServerHost() + ":" + terms.nameServerPort()
                + " has not been asked yet";
        Envelopes envelopes = new Envelopes(terms);
        this.log = new PyroLog(terms, notation, overdue);
        this.outbox = new Outbox(terms, envelopes, this::troubleOrNone, this::changed);
        try {
            this.daemon = new Daemon(terms, notation, envelopes, overdue, log);
        } catch (IOException taken) {
            overdue.close();
            throw taken;
        }
        keeper.setDaemon(true);
    }

    /**
     * Opens a bus, and begins to look for it.
     *
     * @throws IOException if this program cannot listen where the terms say
     */
    public static PyroBus open(PyroTerms terms) throws IOException {
        PyroBus bus = new PyroBus(terms);
        bus.log.start();
        bus.daemon.start();
        bus.outbox.start();
        bus.keeper.start();
        return bus;
    }

    /** {@return the port at which the Python bus calls this program} */
    public int port() {
        return daemon.port();
    }

    @Override
    public Membership join(Member member, MessageHandler handler) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the bus is closed");
            }
            Station station = stations.computeIfAbsent(
                    member.name(), name -> new Station(member, terms.advertisedHost(), daemon.port()));
            Place place = new Place(station, member, handler);
            station.enter(place);
            daemon.serve(station);
            wake();
            return place;
        }
    }

    @Override
    public @Nullable String trouble() {
        return trouble;
    }

    private String troubleOrNone() {
        String now = trouble;
        return now == null ? "the bus is away" : now;
    }

    private void changed(@Nullable String why) {
        trouble(why);
        if (why != null) {
            wake();
        }
    }

    private void trouble(@Nullable String now) {
        String before = trouble;
        trouble = now;
        if (now == null && before != null) {
            LOGGER.log(System.Logger.Level.INFO, "the Pyro bus is there");
        } else if (now != null && !now.equals(before)) {
            LOGGER.log(System.Logger.Level.WARNING, "the Pyro bus is away: {0}", now);
        }
    }

    private void wake() {
        synchronized (lock) {
            woken = true;
            lock.notifyAll();
        }
    }

    private void keep() {
        int failures = 0;
        do {
            failures = looks() ? 0 : failures + 1;
        } while (rest(failures == 0 ? LOOK_EVERY : pause(failures), failures));
        leave();
    }

    /** Shortened by up to a half at random, so that many do not return in one wave. */
    private static Duration pause(int failures) {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), SHORTEST_PAUSE.toMillis() << Math.min(failures - 1, 10));
        return Duration.ofMillis(longest - ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    }

    /** {@return whether to go on} */
    private boolean rest(Duration time, int failures) {
        long due = System.nanoTime() + time.toNanos();
        synchronized (lock) {
            // What wakes a keeper that fails does not make it fail more often.
            for (long left = time.toNanos();
                    left > 0 && !closed && (!woken || failures > 1);
                    left = due - System.nanoTime()) {
                try {
                    lock.wait(left / 1_000_000 + 1);
                } catch (InterruptedException ended) {
                    return false;
                }
            }
            woken = false;
            return !closed;
        }
    }

    private boolean looks() {
        try {
            return look();
        } catch (RuntimeException fault) {
            LOGGER.log(System.Logger.Level.ERROR, "cannot look for the Pyro bus", fault);
            return false;
        }
    }

    /** {@return whether the name server and the bus are there, and know all members} */
    private boolean look() {
        try {
            RemoteObject server = names;
            if (server == null) {
                server = RemoteObject.connect(
                        new PyroUri(PyroUri.NAME_SERVER, terms.nameServerHost(), terms.nameServerPort()),
                        terms,
                        notation,
                        overdue);
                names = server;
            }
            for (Station station : stations.values()) {
                register(station, server);
            }
            PyroUri bus = lookUp(server, BUS);
            if (bus == null) {
                return missing("the name server at " + terms.nameServerHost() + ":" + terms.nameServerPort()
                        + " knows no " + BUS);
            }
            return find(bus);
        } catch (IOException | Unreadable away) {
            RemoteObject server = names;
            names = null;
            if (server != null) {
                server.close();
            }
            return missing("the name server at " + terms.nameServerHost() + ":" + terms.nameServerPort() + " is away: "
                    + away.getMessage());
        } catch (RemoteFault refused) {
            return missing("the name server at " + terms.nameServerHost() + ":" + terms.nameServerPort() + " refuses: "
                    + refused.getMessage());
        }
    }

    /** As long as the bus takes messages, it does no harm that the name server is away. */
    private boolean missing(String why) {
        if (outbox.bus() == null) {
            trouble(why);
        }
        return false;
    }

    private static @Nullable PyroUri lookUp(RemoteObject server, String name)
            throws IOException, RemoteFault, Unreadable {
        try {
            return PyroUri.of(server.call("lookup", name));
        } catch (RemoteFault unknown) {
            if (unknown.isUnknownName()) {
                return null;
            }
            throw unknown;
        }
    }

    private boolean find(PyroUri bus) {
        if (!bus.equals(outbox.bus())) {
            try {
                outbox.use(RemoteObject.connect(bus, terms, notation, overdue));
            } catch (IOException away) {
                return missing(BUS + " at " + bus.host() + ":" + bus.port() + " is away: " + away.getMessage());
            }
        }
        if (!bus.equals(known)) {
            known = bus;
            knownSince = System.nanoTime();
            warned = false;
        }
        if (!warned && System.nanoTime() - knownSince > PATIENCE_WITH_BUS.toNanos()) {
            warnOfDeafness();
        }
        return true;
    }

    private void warnOfDeafness() {
        for (Station station : stations.values()) {
            boolean asked = station.asked() != 0 && station.asked() - knownSince > -PATIENCE_WITH_BUS.toNanos();
            if (!station.isLeft() && !asked && System.nanoTime() - station.registered() > PATIENCE_WITH_BUS.toNanos()) {
                warned = true;
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "{0} has not asked {1} which messages it wants, and will bring it none: it knew the name before;"
                                + " restart it",
                        BUS,
                        station.qualifiedName());
            }
        }
    }

    private void register(Station station, RemoteObject server) throws IOException, RemoteFault, Unreadable {
        PyroUri there = lookUp(server, station.qualifiedName());
        boolean ours = station.uri().equals(there);
        if (station.isLeft()) {
            if (ours) {
                Object unused = server.call("remove", station.qualifiedName());
            }
            return;
        }
        if (ours) {
            return;
        }
        if (there != null && station.wasRegistered()) {
            station.lostTo(there);
            return; // whoever took the name would take it back
        }
        Object unused =
                server.call("register", station.qualifiedName(), station.uri().toString());
        station.registeredNow();
        LOGGER.log(System.Logger.Level.INFO, "{0} is registered at the name server", station.qualifiedName());
    }

    /**
     * Takes the names off the name server, so that a bus that starts later finds none that nobody answers for. The bus that
     * runs now does not look again.
     */
    private void leave() {
        try (RemoteObject server = names) {
            if (server != null) {
                for (Station station : stations.values()) {
                    if (station.uri().equals(lookUp(server, station.qualifiedName()))) {
                        Object unused = server.call("remove", station.qualifiedName());
                    }
                }
            }
        } catch (IOException | RemoteFault | Unreadable away) {
            LOGGER.log(
                    System.Logger.Level.DEBUG, "the name server still knows members that left: {0}", away.getMessage());
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            lock.notifyAll();
        }
        boolean byHandler = stations.values().stream()
                .flatMap(station -> station.places().stream())
                .anyMatch(place -> place instanceof Place ours && ours.hears());
        try {
            keeper.join(byHandler ? 1 : Math.min(terms.callTimeOut().toMillis(), Inbox.PARTING.toMillis()));
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        List<Place> all = new ArrayList<>();
        for (Station station : stations.values()) {
            for (Station.Place place : station.places()) {
                all.add((Place) place);
            }
        }
        all.forEach(Place::part);
        Inbox.closeAll(all.stream().map(place -> place.inbox).toList());
        outbox.close();
        daemon.close();
        log.close();
        overdue.close();
    }

    /** A member's place. */
    private final class Place implements Membership, Station.Place {

        private final Station station;
        private final Member member;
        private final Inbox inbox;
        private final Questions questions = new Questions();
        private volatile @Nullable Thread hearing;
        private volatile boolean left;

        Place(Station station, Member member, MessageHandler handler) {
            this.station = station;
            this.member = member;
            this.inbox = Inbox.open(member.name(), message -> {
                hearing = Thread.currentThread();
                handler.heard(message);
            });
        }

        /** {@return whether this is the thread of the handler} */
        boolean hears() {
            return Thread.currentThread().equals(hearing);
        }

        @Override
        public Member member() {
            return member;
        }

        @Override
        public boolean answered(BusMessage message) {
            return questions.answered(message);
        }

        @Override
        public boolean offer(BusMessage message) {
            return inbox.offer(message);
        }

        @Override
        public boolean hasRoom() {
            return inbox.hasRoom();
        }

        @Override
        public boolean hasLeft() {
            return left;
        }

        @Override
        public CompletableFuture<@Nullable Void> publish(BusMessage message) {
            if (left) {
                return CompletableFuture.failedFuture(
                        new BusException(BusException.Reason.CLOSED, "the membership is closed"));
            }
            if (message.asks()) {
                station.asks(message, this);
            }
            return outbox.publish(message);
        }

        @Override
        public CompletableFuture<BusMessage> request(BusMessage message, Duration patience) {
            return questions.ask(message, patience, this::publish);
        }

        void part() {
            left = true;
            station.leave(this);
            questions.close();
        }

        @Override
        public void close() {
            part();
            wake();
            inbox.close();
        }
    }
}
