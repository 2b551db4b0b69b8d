// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.Address;
import dev.fairlead.server.gateway.session.Session;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The clients that the gateway holds: by session, by address, by name. Safe from any thread. */
final class BusClients {

    private static final int MOST_PORT = 65_535;

    private final ConcurrentMap<Session, BusClient> bySession = new ConcurrentHashMap<>();
    private final ConcurrentMap<Address, BusClient> byAddress = new ConcurrentHashMap<>();
    private final ConcurrentMap<Object, Set<BusClient>> byName = new ConcurrentHashMap<>();

    /** {@return the client of a session, which is entered with its first call} On the session's event loop. */
    BusClient of(Session session) {
        return bySession.computeIfAbsent(session, this::enter);
    }

    /**
     * Where proxies stand before the gateway, two clients may come from one address: the second is known by another port, and
     * by none if all are taken.
     */
    private BusClient enter(Session session) {
        InetSocketAddress remote = session.peer().remoteAddress();
        String host =
                remote.getAddress() == null ? remote.getHostString() : NetUtil.toAddressString(remote.getAddress());
        int port = Math.max(1, remote.getPort());
        BusClient client = new BusClient(session, new Address(host, port));
        for (int tries = 0; tries < MOST_PORT && byAddress.putIfAbsent(client.address(), client) != null; tries++) {
            port = port == MOST_PORT ? 1 : port + 1;
            client = new BusClient(session, new Address(host, port));
        }
        return client;
    }

    /** {@return the client of a session; null if it has left, or has not come} */
    @Nullable
    BusClient find(Session session) {
        return bySession.get(session);
    }

    /** {@return the client at an address; null if there is none} */
    @Nullable
    BusClient at(Address address) {
        return byAddress.get(address);
    }

    /** {@return the clients of a name, as they come and go} */
    Collection<BusClient> named(Object name) {
        return byName.getOrDefault(name, Set.of());
    }

    boolean isHeld(Object name) {
        return byName.containsKey(name);
    }

    /** {@return all clients, as they come and go} */
    Collection<BusClient> all() {
        return byAddress.values();
    }

    /** {@return the addresses of all clients} */
    List<Address> addresses() {
        return List.copyOf(byAddress.keySet());
    }

    /** Gives a client a name; without effect if it has left. */
    void name(BusClient client, Object name) {
        byName.compute(name, (key, bearers) -> {
            Set<BusClient> some = bearers == null ? ConcurrentHashMap.newKeySet() : bearers;
            some.add(client);
            return some;
        });
        client.name(name);
        if (byAddress.get(client.address()) != client) {
            forget(client, name); // it left meanwhile, and nobody would take it out
        }
    }

    /** Takes a client out. */
    void leave(BusClient client) {
        byAddress.remove(client.address(), client);
        bySession.remove(client.session(), client);
        Object name = client.name();
        if (name != null) {
            forget(client, name);
        }
    }

    private void forget(BusClient client, Object name) {
        byName.computeIfPresent(name, (key, bearers) -> {
            bearers.remove(client);
            return bearers.isEmpty() ? null : bearers;
        });
    }
}
