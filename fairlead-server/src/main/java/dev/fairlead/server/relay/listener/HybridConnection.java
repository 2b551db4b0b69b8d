// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.security.AuthorizationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** One hybrid connection: its name, its rules, and the listeners that stand behind it now. Safe from any thread. */
public final class HybridConnection {

    private final HybridPath path;
    private final boolean anonymousSenders;
    private final int maxListeners;
    private final List<AuthorizationRule> rules;
    private final List<ControlChannel> listeners = new CopyOnWriteArrayList<>();

    /**
     * Has no listeners yet.
     *
     * @param anonymousSenders whether senders need no token
     * @param maxListeners how many may listen at once
     * @param rules its own, beside those of the namespace
     */
    public HybridConnection(
            HybridPath path, boolean anonymousSenders, int maxListeners, List<AuthorizationRule> rules) {
        this.path = path;
        this.anonymousSenders = anonymousSenders;
        this.maxListeners = maxListeners;
        this.rules = List.copyOf(rules);
    }

    /** {@return its name} */
    public HybridPath path() {
        return path;
    }

    /** {@return whether senders need no token} */
    public boolean anonymousSenders() {
        return anonymousSenders;
    }

    /** {@return its own rules} */
    public List<AuthorizationRule> rules() {
        return rules;
    }

    /**
     * Admits a listener, which is not offered senders until it is {@linkplain ControlChannel#isOnline online}.
     *
     * @return false if as many as there may be are here
     */
    boolean admit(ControlChannel listener) {
        synchronized (listeners) {
            return listeners.size() < maxListeners && listeners.add(listener);
        }
    }

    /** Removes this very listener; a later one of the same id stays. */
    void leave(ControlChannel listener) {
        listeners.remove(listener);
    }

    /** {@return every listener that was admitted and is not lost, online or not} */
    public List<ControlChannel> admitted() {
        return List.copyOf(listeners);
    }

    /** {@return every listener that may be offered senders} */
    public List<ControlChannel> online() {
        return listeners.stream().filter(ControlChannel::isOnline).toList();
    }

    /** {@return one of the listeners that fit, each as likely as the others} */
    public Optional<ControlChannel> pick(Predicate<ControlChannel> fits) {
        List<ControlChannel> fitting = new ArrayList<>();
        for (ControlChannel listener : listeners) {
            if (listener.isOnline() && fits.test(listener)) {
                fitting.add(listener);
            }
        }
        return fitting.isEmpty()
                ? Optional.empty()
                : Optional.of(fitting.get(ThreadLocalRandom.current().nextInt(fitting.size())));
    }
}
