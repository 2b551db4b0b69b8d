// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import dev.fairlead.server.relay.listener.HybridConnection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The requests that are being relayed, by the id that their listeners were told. Safe from any thread. */
public final class RequestRoom {

    private final ConcurrentMap<String, RelayedRequest> relayed = new ConcurrentHashMap<>();

    /** Has no requests. */
    public RequestRoom() {}

    void enter(RelayedRequest request) {
        relayed.put(request.id(), request);
    }

    void leave(RelayedRequest request) {
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

    /** {@return all that are being relayed now} */
    public List<RelayedRequest> all() {
        return List.copyOf(relayed.values());
    }

    /** {@return how many are being relayed} */
    public int size() {
        return relayed.size();
    }
}
