// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.session;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.UpgradeRequest;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection at an endpoint, from the moment that it may be told of to a backend. It has an identity and no
 * equality: two may bear one name, one after the other.
 *
 * <p>Safe from any thread. What is sent before the upgrade is answered is kept until then; what is sent after the end is
 * dropped.
 */
public final class Session {

    private final String id;
    private final String endpoint;
    private final UpgradeRequest request;
    private final GatewayObserver observer;
    private final Set<String> groups = ConcurrentHashMap.newKeySet();
    private volatile Client client;
    private volatile boolean over;

    /** What was sent before the upgrade was answered; null from then on. */
    private volatile @Nullable List<Saying> early = new ArrayList<>(0);

    /** Something that was said before the client could hear it. */
    private sealed interface Saying {

        record Text(String text) implements Saying {}

        record Binary(ByteBuf message) implements Saying {}

        record Close(CloseStatus status) implements Saying {}
    }

    /**
     * Begins a session.
     *
     * @param id 128 bits of randomness as 32 lower-case hexadecimal digits: it is all that a backend needs to speak to the
     *     client, and the client is not told it
     * @param endpoint the path of the endpoint
     * @param request what the client asked for
     */
    public Session(String id, String endpoint, UpgradeRequest request, Client client, GatewayObserver observer) {
        this.id = id;
        this.endpoint = endpoint;
        this.request = request;
        this.client = client;
        this.observer = observer;
    }

    /** {@return what names the session: 32 lower-case hexadecimal digits} */
    public String id() {
        return id;
    }

    /** {@return the path of the endpoint that the client came to} */
    public String endpoint() {
        return endpoint;
    }

    /** {@return what the client asked for: target, header lines, and the address that it dialled} */
    public UpgradeRequest request() {
        return request;
    }

    /** {@return the connection} */
    public Peer peer() {
        return request.peer();
    }

    /** {@return who the client is; another after it renewed what it showed} */
    public Client client() {
        return client;
    }

    /** {@return the user's name; null for a client without} */
    public @Nullable String user() {
        return client.user();
    }

    /** Takes over what a renewal said; the user stays the same, which the caller has checked. */
    public void renew(Client renewed) {
        this.client = renewed;
    }

    /** {@return the groups that it is in: a live view, changed by the directory alone} */
    Set<String> groups() {
        return groups;
    }

    /** Sends a text message. */
    public void send(String text) {
        say(new Saying.Text(text));
    }

    /**
     * Sends a binary message.
     *
     * @param message the callee's to release
     */
    public void send(ByteBuf message) {
        say(new Saying.Binary(message));
    }

    /** Says Close to the client. The session's end is told to its backend as any other. */
    public void close(CloseStatus status) {
        over = true;
        say(new Saying.Close(status));
    }

    private void say(Saying saying) {
        if (early != null) {
            synchronized (groups) {
                List<Saying> kept = early;
                if (kept != null) {
                    kept.add(saying);
                    return;
                }
            }
        }
        sayNow(saying);
    }

    private void sayNow(Saying saying) {
        switch (saying) {
            case Saying.Text(String text) -> {
                observer.sent(endpoint);
                peer().send(text);
            }
            case Saying.Binary(ByteBuf message) -> {
                observer.sent(endpoint);
                peer().sendBinary(message);
            }
            case Saying.Close(CloseStatus status) -> peer().close(status);
        }
    }

    /** The upgrade is answered: what was said before goes out. */
    public void open() {
        synchronized (groups) {
            List<Saying> kept = early;
            if (kept != null) {
                kept.forEach(this::sayNow); // before anybody else may, who would overtake it
                early = null;
            }
        }
    }

    /** {@return whether the client has left, or was told to} */
    public boolean isOver() {
        return over;
    }

    /** The client has left: what is sent from now on is dropped. */
    public void end() {
        over = true;
        open(); // a peer that is gone lets go of what it is sent
    }

    @Override
    public String toString() {
        return "Session[" + id + " at " + endpoint + "]";
    }
}
