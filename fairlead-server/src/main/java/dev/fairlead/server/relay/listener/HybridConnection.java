// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.security.AuthorizationRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One hybrid connection: its name, its rules, and the listeners that stand behind it now. Safe from any thread. */
public final class HybridConnection {

    /** How many meetings without a dial are remembered: some seconds' worth, for a listener that is merely slow. */
    private static final int MOST_LATE = 256;

    private final HybridPath path;
    private final Instant since;
    private volatile Terms terms;
    private final List<ControlChannel> listeners = new CopyOnWriteArrayList<>();

    /** Who may still dial for which meeting; the oldest are forgotten. */
    private final Map<String, ControlChannel> late = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ControlChannel> eldest) {
            return size() > MOST_LATE;
        }
    };

    /**
     * What may be said of it anew while it is there.
     *
     * @param anonymousSenders whether senders need no token
     * @param maxListeners how many may listen at once
     * @param requestTimeout how long nothing may move over a relayed HTTP request; null for what the relay has
     * @param http whether plain HTTP requests are relayed
     * @param webSockets whether WebSockets are relayed
     * @param rules its own, beside those of the namespace
     */
    public record Terms(
            boolean anonymousSenders,
            int maxListeners,
            @Nullable Duration requestTimeout,
            boolean http,
            boolean webSockets,
            List<AuthorizationRule> rules) {

        /** Takes a copy of the rules. */
        public Terms {
            rules = List.copyOf(rules);
        }

        /** {@return those of one that a listener makes} */
        static Terms usual(int maxListeners) {
            return new Terms(false, maxListeners, null, true, true, List.of());
        }
    }

    /**
     * Has no listeners yet.
     *
     * @param since when it came to be
     */
    public HybridConnection(HybridPath path, Terms terms, Instant since) {
        this.path = path;
        this.since = since;
        this.terms = terms;
    }

    /**
     * Has from now on what {@code other} has, but for its name and its listeners. Where there are more listeners than there
     * may be now, they stay.
     */
    void follow(HybridConnection other) {
        terms = other.terms;
    }

    /** {@return its name} */
    public HybridPath path() {
        return path;
    }

    /** {@return when it came to be} */
    public Instant since() {
        return since;
    }

    /** {@return what holds for it now} */
    public Terms terms() {
        return terms;
    }

    /**
     * Admits a listener, which is not offered senders until it is {@linkplain ControlChannel#isOnline online}.
     *
     * @return false if as many as there may be are here
     */
    boolean admit(ControlChannel listener) {
        synchronized (listeners) {
            return listeners.size() < terms.maxListeners() && listeners.add(listener);
        }
    }

    /** Removes this very listener; a later one of the same id stays. */
    void leave(ControlChannel listener) {
        listeners.remove(listener);
        synchronized (late) {
            late.values().removeIf(listener::equals);
        }
    }

    /** {@return every listener that was admitted and is not lost, online or not} */
    public List<ControlChannel> admitted() {
        return List.copyOf(listeners);
    }

    /** {@return every listener that may be offered senders} */
    public List<ControlChannel> online() {
        return listeners.stream().filter(ControlChannel::isOnline).toList();
    }

    /**
     * Looks for a listener, and takes a place with it: one that is to be tried again after it was set aside; else any that
     * is not set aside, each as likely as the others; else any that is.
     *
     * @param meetingId what the listener will dial by
     * @param fits whether a listener may be chosen
     */
    public Search find(String meetingId, Predicate<ControlChannel> fits) {
        Candidates candidates = candidates(fits);
        if (candidates.nobody().isPresent()) {
            return new Search.Nobody(candidates.nobody().get());
        }
        List<ControlChannel> aside = candidates.aside();
        for (ControlChannel listener : aside) {
            if (listener.isDue() && listener.takesOneMore()) {
                if (listener.beginsProbe()) {
                    return found(listener, meetingId, true);
                }
                listener.makeRoom();
            }
        }
        Optional<ControlChannel> chosen = anyWithRoom(candidates.trusted()).or(() -> anyWithRoom(aside));
        return chosen.isPresent() ? found(chosen.get(), meetingId, false) : new Search.Nobody(Refusal.LISTENERS_BUSY);
    }

    /**
     * Chooses who is to be asked by HTTP: any that is not set aside, each as likely as the others; else any that is. It takes
     * no place, since nobody is expected to dial; and a listener that leaves a question unanswered is not set aside for it,
     * since one that is for WebSockets alone ignores questions and is as good as any.
     *
     * @param fits whether a listener may be chosen
     */
    public Choice choose(Predicate<ControlChannel> fits) {
        Candidates candidates = candidates(fits);
        if (candidates.nobody().isPresent()) {
            return new Choice.Nobody(candidates.nobody().get());
        }
        List<ControlChannel> all = candidates.trusted().isEmpty() ? candidates.aside() : candidates.trusted();
        return new Choice.Listener(all.get(ThreadLocalRandom.current().nextInt(all.size())));
    }

    /** Who may be chosen; if nobody, why. */
    private record Candidates(List<ControlChannel> trusted, List<ControlChannel> aside, Optional<Refusal> nobody) {}

    private Candidates candidates(Predicate<ControlChannel> fits) {
        List<ControlChannel> trusted = new ArrayList<>();
        List<ControlChannel> aside = new ArrayList<>();
        boolean anybody = false;
        for (ControlChannel listener : listeners) {
            if (listener.isOnline()) {
                anybody = true;
                if (fits.test(listener)) {
                    (listener.isSetAside() ? aside : trusted).add(listener);
                }
            }
        }
        Optional<Refusal> nobody = trusted.isEmpty() && aside.isEmpty()
                ? Optional.of(anybody ? Refusal.LISTENERS_EXCLUDED : Refusal.LISTENER_ABSENT)
                : Optional.empty();
        return new Candidates(trusted, aside, nobody);
    }

    private Search found(ControlChannel listener, String meetingId, boolean probe) {
        return new Search.Found(new Place(this, listener, meetingId, probe));
    }

    private static Optional<ControlChannel> anyWithRoom(List<ControlChannel> left) {
        while (!left.isEmpty()) {
            int any = ThreadLocalRandom.current().nextInt(left.size());
            ControlChannel listener = left.get(any);
            if (listener.takesOneMore()) {
                return Optional.of(listener);
            }
            left.set(any, left.getLast());
            left.removeLast();
        }
        return Optional.empty();
    }

    /** Remembers who was told of a meeting that is over without a dial, so that a late one counts for it. */
    void mayStillDial(String meetingId, ControlChannel listener) {
        synchronized (late) {
            if (!listener.isLost()) {
                late.put(meetingId, listener);
            }
        }
    }

    /** An address was dialled that is good no more: whoever was told it does dial. */
    public void dialledLate(String meetingId) {
        ControlChannel listener;
        synchronized (late) {
            listener = late.remove(meetingId);
        }
        if (listener != null) {
            listener.learns(new Trust.Event.Dialled());
        }
    }
}
