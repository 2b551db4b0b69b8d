// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.Waiting;
import dev.fairlead.client.internal.exchange.ControlPath;
import dev.fairlead.client.internal.exchange.Exchanges;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.websocket.CloseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Whoever comes to a listener: senders that want a connection, and requests. They need the control channel to come, and
 * most of them do not to stay. Safe from any thread.
 */
final class Arrivals {

    private static final System.Logger LOGGER = System.getLogger(RelayListener.class.getName());

    private final Executor executor;
    private final Meeting meeting;
    private final Function<RelayedRequest, ConnectionHandler> handlers;
    private final Exchanges exchanges;
    private final Set<RelayConnection> connections = ConcurrentHashMap.newKeySet();
    private final Waiting waiting = new Waiting();
    private volatile boolean closing;

    Arrivals(
            Executor executor,
            Meeting meeting,
            Function<RelayedRequest, ConnectionHandler> handlers,
            Exchanges exchanges) {
        this.executor = executor;
        this.meeting = meeting;
        this.handlers = handlers;
        this.exchanges = exchanges;
    }

    /** A sender wants a connection. */
    void meet(ControlMessage.Accept accept) {
        if (!waiting.enters(0)) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a sender was not met, since {0} others wait for a thread of the executor",
                    Waiting.MOST);
            return;
        }
        try {
            executor.execute(() -> {
                waiting.leaves(0);
                meeting.answer(accept).ifPresent(this::serve);
            });
        } catch (RejectedExecutionException e) {
            waiting.leaves(0);
            LOGGER.log(System.Logger.Level.WARNING, "a sender was not met, since the executor takes no task", e);
        }
    }

    /** A request came with the control channel, and its body with it; empty if it has none. */
    void take(ControlMessage.Request request, byte[] body, ControlPath channel) {
        exchanges.take(request, body, channel);
    }

    /** A request is to be fetched. */
    void fetch(ControlMessage.RequestAt request) {
        exchanges.fetch(request);
    }

    private void serve(RelayConnection connection) {
        connections.add(connection);
        try {
            if (closing) {
                connection.abort();
            }
            connection.run(handlers);
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.WARNING, "a connection ends, since there is no handler for it", e);
            connection.abort();
        } finally {
            connections.remove(connection);
        }
    }

    /**
     * Says 1001 on every connection, and takes no more requests.
     *
     * @return futures of the ends of the connections, but for one that the caller handles
     */
    List<CompletableFuture<?>> leave() {
        closing = true;
        exchanges.refuseMore();
        List<CompletableFuture<?>> ends = new ArrayList<>();
        for (RelayConnection connection : connections) {
            connection.close(new CloseStatus(CloseStatus.GOING_AWAY, ""));
            if (!connection.isOnItsThread()) {
                ends.add(connection.closed().handle((status, failure) -> null));
            }
        }
        return ends;
    }

    /** {@return a future that completes when no request, but one that the caller handles, is still to be answered by the channel} */
    CompletableFuture<?> answered() {
        return exchanges.answered();
    }

    /** {@return a future that completes when every request, but one that the caller handles, has ended} */
    CompletableFuture<?> ended() {
        return exchanges.ended();
    }

    /** Ends whatever is still here. */
    void abort() {
        connections.forEach(RelayConnection::abort);
        exchanges.cancel();
    }
}
