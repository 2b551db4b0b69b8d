// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.session;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.UpgradeRequest;
import io.netty.buffer.ByteBuf;
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
    private final Set<String> groups = ConcurrentHashMap.newKeySet();
    private volatile Client client;
    private volatile boolean over;

    /**
     * Begins a session.
     *
     * @param id 128 bits of randomness as 32 lower-case hexadecimal digits: it is all that a backend needs to speak to the
     *     client, and the client is not told it
     * @param endpoint the path of the endpoint
     * @param request what the client asked for
     */
    public Session(String id, String endpoint, UpgradeRequest request, Client client) {
        this.id = id;
        this.endpoint = endpoint;
        this.request = request;
        this.client = client;
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
        peer().send(text);
    }

    /**
     * Sends a binary message.
     *
     * @param message the callee's to release
     */
    public void send(ByteBuf message) {
        peer().sendBinary(message);
    }

    /** Says Close to the client. The session's end is told to its backend as any other. */
    public void close(CloseStatus status) {
        peer().close(status);
    }

    /** {@return whether the client has left, or was sent away} */
    public boolean isOver() {
        return over;
    }

    /** The client has left, or was sent away: what is sent from now on is dropped. */
    public void end() {
        over = true;
    }

    @Override
    public String toString() {
        return "Session[" + id + " at " + endpoint + "]";
    }
}
