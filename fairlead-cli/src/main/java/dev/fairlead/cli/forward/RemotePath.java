// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.client.Acceptance;
import dev.fairlead.client.ListenerState;
import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelayedRequest;
import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.server.settings.Durations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A hybrid connection whose senders reach targets here: WebSockets are TCP connections to what {@code -T} names, plain
 * requests go to what {@code -H} names, and so do WebSockets where there is no {@code -T}. Safe from any thread.
 */
public final class RemotePath implements AutoCloseable {

    private static final String CONNECTING = "connecting";

    private final HybridPath path;
    private final Witness witness;
    private final OpenConnections open;
    private final @Nullable Targets targets;
    private final @Nullable RelayForwarder http;
    private final List<Traffic> traffic = new ArrayList<>();
    private final CompletableFuture<Void> tried = new CompletableFuture<>();
    private final RelayListener listener;
    private boolean lost;

    /**
     * Prepares it; nothing is dialled yet.
     *
     * @param path the hybrid connection
     * @param builder of its listener; the callee's
     * @param forwards of that hybrid connection; may be empty where there is {@code http}
     * @param allowed what senders may choose, where a forward lets them
     * @param http what answers requests, if something does
     * @throws MalformedForward if the forwards do not fit together
     * @throws IllegalStateException if the builder has no key
     */
    public RemotePath(
            HybridPath path,
            RelayListener.Builder builder,
            List<TcpForward> forwards,
            Set<Target> allowed,
            @Nullable RelayForwarder http,
            Witness witness,
            OpenConnections open) {
        this.path = path;
        this.witness = witness;
        this.open = open;
        this.http = http;
        this.targets = forwards.isEmpty() ? null : new Targets(forwards, allowed);
        if (!forwards.isEmpty()) {
            Traffic counted = new Traffic(path + " → " + described(forwards), CONNECTING, true);
            builder.onConnection(request -> serve(request, counted)).onAccept(this::judge);
            traffic.add(counted);
        }
        if (http != null) {
            Traffic counted = new Traffic(path + " → " + http.target(), CONNECTING, false);
            builder.onRequest(exchange -> answer(exchange, counted));
            if (forwards.isEmpty()) {
                builder.onAccept(this::ask);
            }
            traffic.add(counted);
        }
        this.listener = builder.onStateChange(this::tell).build();
    }

    private static String described(List<TcpForward> forwards) {
        return forwards.stream()
                .map(forward -> forward.target() == null
                        ? "what --allow names"
                        : forward.target() + " (port name " + forward.portName() + ")")
                .collect(Collectors.joining(", "));
    }

    /** {@return the hybrid connection} */
    public HybridPath path() {
        return path;
    }

    /** {@return what goes over its forwards} */
    public List<Traffic> traffic() {
        return traffic;
    }

    /**
     * Begins to listen, and goes on for ever.
     *
     * @return a future that completes when the relay was tried for the first time, whether it was there or not; it fails
     *     with a {@link dev.fairlead.client.RelayException} if it refuses for good
     */
    public CompletableFuture<Void> open() {
        var _ = listener.open().whenComplete((_, failure) -> {
            if (failure != null) {
                tried.completeExceptionally(failure);
            }
        });
        return tried;
    }

    /** Runs on the listener's thread alone. */
    private void tell(ListenerState state) {
        switch (state) {
            case ListenerState.Connecting _ -> enter(CONNECTING);
            case ListenerState.Online _ -> {
                enter("online");
                traffic.forEach(each -> witness.event("forwarding " + each.forward()));
                if (lost) {
                    witness.trouble(listener.path() + ": online");
                }
                tried.complete(null);
            }
            case ListenerState.Reconnecting reconnecting -> {
                enter("reconnecting");
                lost = true;
                witness.trouble("not online: " + reconnecting.cause().getMessage() + "; trying again in "
                        + Durations.print(reconnecting.delay()));
                tried.complete(null);
            }
            case ListenerState.Closed _ -> enter("closed");
        }
    }

    private void enter(String state) {
        traffic.forEach(each -> each.enter(state));
    }

    private Acceptance judge(RelayedRequest request) {
        return open.isClosing() ? Acceptance.reject(503, "The listener is leaving") : Acceptance.accept();
    }

    private ListenerSide serve(RelayedRequest request, Traffic counted) {
        RemoteEndpoint from = request.remoteEndpoint();
        String name = request.path() + " from " + from.address() + ":" + from.port();
        return new ListenerSide(name, Objects.requireNonNull(targets), counted, witness, open);
    }

    private Acceptance ask(RelayedRequest request) {
        Acceptance answer = Objects.requireNonNull(http).accept(request);
        witness.event("WebSocket /" + request.path() + ": " + answer);
        return answer;
    }

    private void answer(RelayedExchange exchange, Traffic counted) throws Exception {
        // the query is not shown: it can hold secrets
        String asked = exchange.request().method() + " " + exchange.request().path() + ": ";
        counted.opened();
        try {
            Objects.requireNonNull(http).handle(exchange);
            witness.event(asked + exchange.response().status());
        } catch (IOException e) {
            witness.event(asked + (exchange.isCancelled() ? "the sender left" : "the local server broke off"));
            throw e;
        } finally {
            counted.closed();
        }
    }

    /** Takes nobody any more, and waits a moment for requests to be answered. */
    @Override
    public void close() {
        listener.close();
    }
}
