// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.protocol.address.HybridPath;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The hybrid connections of the namespace, by path. Safe from any thread. */
public final class HybridConnections {

    /** How many a namespace has at most (fact sheet, section 9); what the configuration names is not counted out. */
    public static final int MOST = 10_000;

    private final ConcurrentMap<HybridPath, HybridConnection> byPath = new ConcurrentHashMap<>();
    private final int most;

    /** Holds those that the configuration names, and makes no more when there are {@value #MOST}. */
    public HybridConnections(Collection<HybridConnection> configured) {
        this(configured, MOST);
    }

    HybridConnections(Collection<HybridConnection> configured, int most) {
        this.most = most;
        configured.forEach(one -> byPath.put(one.path(), one));
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

    /**
     * {@return the one of that name; made now, with the usual settings, if there is none} Empty if there is none, and as
     * many as there may be are here.
     */
    public Optional<HybridConnection> namedOrNew(HybridPath path, int maxListeners) {
        synchronized (byPath) {
            HybridConnection known = byPath.get(path);
            if (known == null && byPath.size() < most) {
                known = new HybridConnection(path, false, maxListeners, List.of());
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
