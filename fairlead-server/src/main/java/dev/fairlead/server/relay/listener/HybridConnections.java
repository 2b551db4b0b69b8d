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

    private final ConcurrentMap<HybridPath, HybridConnection> byPath = new ConcurrentHashMap<>();

    /** Holds those that the configuration names. */
    public HybridConnections(Collection<HybridConnection> configured) {
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

    /** {@return the one of that name; made now, with the usual settings, if there is none} */
    public HybridConnection namedOrNew(HybridPath path, int maxListeners) {
        return byPath.computeIfAbsent(path, name -> new HybridConnection(name, false, maxListeners, List.of()));
    }

    /** {@return all of them, in no order} */
    public Collection<HybridConnection> all() {
        return List.copyOf(byPath.values());
    }
}
