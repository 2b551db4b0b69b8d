// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import dev.fairlead.server.relay.listener.HybridConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The requests that are being relayed, by the id that their listeners were told. Safe from any thread. */
public final class RequestRoom {

    /** How many requests that ended unanswered are remembered: some seconds' worth, for listeners that are merely slow. */
    private static final int MOST_UNWANTED = 4096;

    private final ConcurrentMap<String, RelayedRequest> relayed = new ConcurrentHashMap<>();

    /** Whose answer nobody waits for, though their listeners may still dial; the oldest are forgotten. */
    private final Map<String, HybridConnection> unwanted = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, HybridConnection> eldest) {
            return size() > MOST_UNWANTED;
        }
    };

    /** Has no requests. */
    public RequestRoom() {}

    void enter(RelayedRequest request) {
        relayed.put(request.id(), request);
    }

    /**
     * Removes a request.
     *
     * @param mayStillBeDialledFor whether its listener was told of it, and neither answered nor dialled
     */
    void leave(RelayedRequest request, boolean mayStillBeDialledFor) {
        if (mayStillBeDialledFor) {
            synchronized (unwanted) {
                unwanted.put(request.id(), request.connection());
            }
        }
        relayed.remove(request.id(), request);
    }

    /**
     * Finds the request whose address was dialled.
     *
     * @param connection whose address it was; a request to another one is not found
     */
    public Optional<RelayedRequest> find(String id, HybridConnection connection) {
        return Optional.ofNullable(relayed.get(id))
                .filter(request -> request.connection().equals(connection));
    }

    /** {@return whether an address was that of a request whose sender has gone before its listener dialled} Once for each. */
    public boolean takeUnwanted(String id, HybridConnection connection) {
        synchronized (unwanted) {
            return unwanted.remove(id, connection);
        }
    }

    /** {@return all that are being relayed now} */
    public List<RelayedRequest> all() {
        return List.copyOf(relayed.values());
    }

    /** {@return how many are being relayed} */
    public int size() {
        return relayed.size();
    }
}
