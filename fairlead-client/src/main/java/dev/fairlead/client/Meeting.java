// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.Dialer;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.client.internal.HandshakeRefused;
import dev.fairlead.client.internal.SocketScope;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.address.Rejection;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.control.ControlMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers senders that the relay tells of: by dialling the address to meet them, or the same address with a refusal. What
 * goes wrong here costs one sender and nobody else.
 */
final class Meeting {

    private static final System.Logger LOGGER = System.getLogger(RelayListener.class.getName());

    /** A sender is not kept waiting longer by relays. */
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(20);

    /** What a relay answers to a refusal that it has taken. */
    private static final int GONE = 410;

    private final HybridPath path;
    private final Dialer dialer;
    private final SocketScope scope;
    private final Function<RelayedRequest, Acceptance> acceptance;
    private final RelayConnection.Limits limits;

    Meeting(
            HybridPath path,
            Dialer dialer,
            SocketScope scope,
            Function<RelayedRequest, Acceptance> acceptance,
            RelayConnection.Limits limits) {
        this.path = path;
        this.dialer = dialer;
        this.scope = scope;
        this.acceptance = acceptance;
        this.limits = limits;
    }

    /** {@return the connection to the sender, not yet read; empty if there is none} Blocks while it dials. */
    Optional<RelayConnection> answer(ControlMessage.Accept accept) {
        RelayedRequest request;
        try {
            request = new RelayedRequest(accept, path);
        } catch (InvalidAddress e) {
            LOGGER.log(System.Logger.Level.DEBUG, "a sender was refused: {0}", e.getMessage());
            refuse(accept, 400, "The path cannot be one");
            return Optional.empty();
        }
        Acceptance answer = judged(request);
        if (answer == null) {
            refuse(accept, 502, "The listener's handler failed");
            return Optional.empty();
        }
        Acceptance.Refusal refusal = answer.refusal();
        if (refusal != null) {
            refuse(accept, refusal.status(), refusal.text());
            return Optional.empty();
        }
        try {
            FrameSocket socket = dialer.dial(
                    accept.address(),
                    List.of(),
                    answer.subprotocol().isEmpty() ? List.of() : List.of(answer.subprotocol()),
                    DIAL_TIMEOUT,
                    scope);
            RelayConnection connection = new RelayConnection(socket, request, limits);
            FrameSocket onward = answer.onward();
            if (onward != null) {
                connection.joinTo(new RelayConnection(onward, null, limits));
            }
            return Optional.of(connection);
        } catch (HandshakeRefused e) {
            // the sender has left meanwhile, or the relay's own time for it has passed
            LOGGER.log(System.Logger.Level.DEBUG, "a sender was not met: {0}", e.getMessage());
        } catch (IOException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a sender was not met, since the address that the relay gave cannot be dialled: {0}",
                    e.getMessage());
        }
        answer.dropOnward();
        return Optional.empty();
    }

    private @Nullable Acceptance judged(RelayedRequest request) {
        try {
            Acceptance answer = acceptance.apply(request);
            if (!answer.subprotocol().isEmpty() && !request.subprotocols().contains(answer.subprotocol())) {
                answer.dropOnward();
                throw new IllegalArgumentException("subprotocol: " + answer.subprotocol() + " (expected: one of "
                        + request.subprotocols() + ", which the sender offers)");
            }
            return answer;
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.WARNING, "a sender was refused, since onAccept failed", e);
            return null;
        }
    }

    private void refuse(ControlMessage.Accept accept, int status, String text) {
        try {
            dialer.dial(
                            RelayTarget.rejectAddress(accept.address(), new Rejection(status, text)),
                            List.of(),
                            List.of(),
                            DIAL_TIMEOUT,
                            scope)
                    .abort();
            LOGGER.log(System.Logger.Level.DEBUG, "a refusal was taken for an acceptance, and ended");
        } catch (HandshakeRefused e) {
            if (e.statusCode() != GONE) {
                LOGGER.log(System.Logger.Level.DEBUG, "a refusal came too late: {0}", e.getMessage());
            }
        } catch (IOException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a sender was not refused, since the address that the relay gave cannot be dialled: {0}",
                    e.getMessage());
        }
    }
}
