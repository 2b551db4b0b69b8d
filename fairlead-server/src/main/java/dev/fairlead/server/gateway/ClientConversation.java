// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.gateway.delivery.DeliveryLine;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client says, and that it is gone, on its way to the line of its session; and when what it showed ends. Confined to
 * the event loop of its peer.
 */
final class ClientConversation implements Conversation {

    /** How a client shows another token: {@code {"renewToken":{"token":"…"}}}, as a listener of the relay does. */
    private static final String RENEWAL = "renewToken";

    private static final String RENEWAL_START = "{\"" + RENEWAL + "\"";

    private final Endpoint endpoint;
    private final Session session;
    private @Nullable DeliveryLine line;
    private @Nullable Cancellable expiry;
    private @Nullable Cancellable watch;
    private long messages;
    private boolean asking;
    private @Nullable SessionEnd early;
    private boolean opened;
    private boolean over;

    ClientConversation(Endpoint endpoint, Session session) {
        this.endpoint = endpoint;
        this.session = session;
    }

    Session session() {
        return session;
    }

    /** The backend is told that the client is there before the client is answered; so it has to hear, too, if it is not. */
    void ask() {
        asking = true;
        endpoint.enter(this);
        line = DeliveryLine.resume(session, endpoint.delivery(), () -> endpoint.done(this));
        watch();
    }

    /** Only with a line, which has to hear of it. */
    private void watch() {
        watch = session.peer().onGone(() -> end(SessionEnd.LOST));
    }

    /** The backend has answered, and may be told more. */
    void heardOf() {
        asking = false;
        if (early != null && line != null) {
            line.end(early);
        }
    }

    /** The backend does not want the client, and need not be told that it is gone. */
    void forget() {
        over = true;
        session.end();
        endpoint.left(session);
        endpoint.done(this);
        if (watch != null) {
            watch.cancel();
        }
    }

    @Override
    public void onOpen() {
        if (over) {
            return;
        }
        opened = true;
        boolean asked = line != null;
        if (!asked) {
            endpoint.enter(this);
        }
        session.open();
        endpoint.opened(session);
        awaitExpiry();
        if (!asked) {
            line = DeliveryLine.open(session, endpoint.delivery(), () -> endpoint.done(this));
            watch();
        }
    }

    private void awaitExpiry() {
        if (expiry != null) {
            expiry.cancel();
            expiry = null;
        }
        Instant end = session.client().expiresAt();
        if (end != null) {
            Duration left = Duration.between(endpoint.clock().instant(), end);
            expiry = session.peer().schedule(left.isNegative() ? Duration.ZERO : left, this::expire);
        }
    }

    private void expire() {
        session.close(CloseStatus.clipped(
                endpoint.config().authentication().expiredCloseCode(), "The credentials have ended"));
    }

    @Override
    public void onText(String text) {
        if (session.client().expiresAt() != null && text.startsWith(RENEWAL_START)) {
            String token = renewal(text);
            if (token != null) {
                renew(token);
                return;
            }
        }
        say(new Message.Text(++messages, text));
    }

    @Override
    public void onBinary(byte[] message) {
        say(new Message.Binary(++messages, message));
    }

    private void say(Message message) {
        if (line != null) {
            line.say(message);
        }
    }

    private static @Nullable String renewal(String text) {
        try {
            return Json.parse(text) instanceof Map<?, ?> message
                            && message.size() == 1
                            && message.get(RENEWAL) instanceof Map<?, ?> renewal
                            && renewal.get("token") instanceof String token
                    ? token
                    : null;
        } catch (MalformedJson e) {
            return null; // it is the backend's to say so
        }
    }

    private void renew(String token) {
        var _ = endpoint.authentication()
                .renew(token)
                .whenComplete((client, refused) -> session.peer().execute(() -> {
                    if (over) {
                        return;
                    }
                    if (client == null || !Objects.equals(client.user(), session.user())) {
                        expire();
                    } else {
                        renewed(client);
                    }
                }));
    }

    private void renewed(Client client) {
        session.renew(client);
        awaitExpiry();
        Instant end = client.expiresAt();
        session.send(Json.write(Map.of(RENEWAL, end == null ? Map.of() : Map.of("expiresAt", end.toString()))));
    }

    @Override
    public void onClose(CloseStatus status) {
        end(new SessionEnd(status));
    }

    /** The session is over, for whatever reason; without effect the second time. */
    void end(SessionEnd end) {
        if (over) {
            return;
        }
        over = true;
        session.end();
        endpoint.left(session);
        if (opened) {
            endpoint.closed();
        }
        if (expiry != null) {
            expiry.cancel();
        }
        if (watch != null) {
            watch.cancel();
        }
        if (asking) {
            early = end; // it is told behind the coming, and not beside it
        } else if (line != null) {
            line.end(end);
        }
    }

    /** Sends the client away, since the server stops. Any thread. */
    void sendAway(Duration delay, CloseStatus status) {
        session.peer().schedule(delay, () -> session.close(status));
    }

    /** Gives up what the backend has not been told yet. Any thread. */
    void abandon() {
        session.peer().execute(() -> {
            end(SessionEnd.LOST);
            if (line != null) {
                heardOf();
                line.abandon();
            }
        });
    }
}
