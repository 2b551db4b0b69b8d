// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.protocol.address.HybridPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The hybrid connections of the namespace, by path. Safe from any thread. */
public final class HybridConnections {

    /** How many a namespace has at most (fact sheet, section 9); what the configuration names is not counted out. */
    public static final int MOST = 10_000;

    private final ConcurrentMap<HybridPath, HybridConnection> byPath = new ConcurrentHashMap<>();
    private final int most;

    /** What the configuration names; guarded by {@link #byPath}. */
    private Set<HybridPath> configured = Set.of();

    /** Holds those that the configuration names, and makes no more when there are {@value #MOST}. */
    public HybridConnections(Collection<HybridConnection> configured) {
        this(configured, MOST);
    }

    HybridConnections(Collection<HybridConnection> configured, int most) {
        this.most = most;
        var _ = configure(configured);
    }

    /**
     * Holds what the configuration names now. Whoever is there already, by an earlier configuration or by a listener, keeps
     * its place and its listeners, and has the rest from {@code named}: there is no moment at which a name that stays is
     * unknown, since some listeners give up for good when they hear that. What a listener made stays as well.
     *
     * @param named each path once
     * @return those that an earlier configuration named and this one does not; they are found no more
     */
    public List<HybridConnection> configure(Collection<HybridConnection> named) {
        synchronized (byPath) {
            Set<HybridPath> now = new HashSet<>();
            for (HybridConnection one : named) {
                now.add(one.path());
                HybridConnection known = byPath.putIfAbsent(one.path(), one);
                if (known != null) {
                    known.follow(one);
                }
            }
            List<HybridConnection> gone = new ArrayList<>();
            for (HybridPath before : configured) {
                HybridConnection removed = now.contains(before) ? null : byPath.remove(before);
                if (removed != null) {
                    gone.add(removed);
                }
            }
            configured = now;
            return gone;
        }
    }

    /** {@return whether this very one is among them} */
    public boolean holds(HybridConnection connection) {
        return connection.equals(byPath.get(connection.path()));
    }

    /** {@return the one of exactly that name} */
    public Optional<HybridConnection> named(HybridPath path) {
        return Optional.ofNullable(byPath.get(path));
    }

    /** {@return the one whose name is the longest whole-segment prefix of a request's path} */
    public Optional<HybridConnection> serving(HybridPath requestPath) {
        for (HybridPath prefix : requestPath.prefixes()) {
            HybridConnection found = byPath.get(prefix);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** {@return all whose names are whole-segment prefixes of a request's path, the longest first} */
    public List<HybridConnection> along(HybridPath requestPath) {
        List<HybridConnection> found = new ArrayList<>();
        for (HybridPath prefix : requestPath.prefixes()) {
            HybridConnection one = byPath.get(prefix);
            if (one != null) {
                found.add(one);
            }
        }
        return found;
    }

    /**
     * {@return the one of that name; made now, with the usual settings, if there is none} Empty if there is none, and as
     * many as there may be are here.
     */
    public Optional<HybridConnection> namedOrNew(HybridPath path, int maxListeners, Instant now) {
        synchronized (byPath) {
            HybridConnection known = byPath.get(path);
            if (known == null && byPath.size() < most) {
                known = new HybridConnection(path, HybridConnection.Terms.usual(maxListeners), now);
                byPath.put(path, known);
            }
            return Optional.ofNullable(known);
        }
    }

    /** {@return all of them, in no order} */
    public Collection<HybridConnection> all() {
        return List.copyOf(byPath.values());
    }
}
