// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.Sender;
import dev.fairlead.server.gateway.session.Session;
import org.jspecify.annotations.Nullable;

/** A client of the gateway, as services know it. It has an identity and no equality. */
final class BusClient {

    private final Session session;
    private final Address address;

    /** What services call it; null before it has a name. */
    private volatile @Nullable Object name;

    /** Only on the bus's thread. */
    private boolean loggedIn;

    /** Only on the bus's thread. */
    private @Nullable String lastAsked;

    /** Only on the session's event loop. */
    private boolean understood;

    /** Only on the session's event loop. */
    private boolean sentAway;

    BusClient(Session session, Address address) {
        this.session = session;
        this.address = address;
    }

    Session session() {
        return session;
    }

    Address address() {
        return address;
    }

    @Nullable
    Object name() {
        return name;
    }

    void name(Object given) {
        name = given;
    }

    Sender sender() {
        Object mine = name;
        return new Sender.Client(address, mine == null ? Sender.Client.NOT_LOGGED_IN : mine);
    }

    /** {@return whether a request of it is another than the one before} One that the bus had to be told twice is not. */
    boolean asksAnew(String uuid) {
        boolean another = !uuid.equals(lastAsked);
        lastAsked = uuid;
        return another;
    }

    boolean isLoggedIn() {
        return loggedIn;
    }

    void loggedIn() {
        loggedIn = true;
    }

    /** {@return whether it has said JSON, whatever it meant} */
    boolean wasUnderstood() {
        return understood;
    }

    void understood() {
        understood = true;
    }

    /** {@return whether the gateway has closed the session: what was said behind that does not count} */
    boolean isSentAway() {
        return sentAway;
    }

    void sentAway() {
        sentAway = true;
    }
}
