// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.client.internal.Dialer;
import dev.fairlead.client.internal.Entrance;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.client.internal.SocketScope;
import dev.fairlead.client.internal.Waiting;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.control.ControlMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All requests that a listener is answering. Safe from any thread. */
public final class Exchanges {

    private static final System.Logger LOGGER = System.getLogger(RelayedExchange.class.getName());

    /** Relays let a listener no more time than this to come. */
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(20);

    private final HybridPath path;
    private final boolean secure;
    private final Dialer dialer;
    private final Executor executor;
    private final SocketScope dials = new SocketScope();

    /** Sockets are read here, so that whatever a program's executor holds back, the relay is heard. */
    private final Executor threads = new ConnectionThreads("fairlead-request");

    private final Set<Exchange> live = ConcurrentHashMap.newKeySet();
    private final Set<RequestSocket> sockets = ConcurrentHashMap.newKeySet();
    private final Waiting waiting = new Waiting();
    private final Waiting fetching = new Waiting();
    private final Waiting refused = new Waiting();
    private volatile boolean cancelled;
    private volatile RequestHandler handler;

    /**
     * Begins with none.
     *
     * @param entrance the hybrid connection, as the listener spells it, and how the relay is spoken to
     * @param executor runs handlers
     */
    public Exchanges(Entrance entrance, Dialer dialer, Executor executor, RequestHandler handler) {
        this.path = entrance.path();
        this.secure = entrance.isSecure();
        this.dialer = dialer;
        this.executor = executor;
        this.handler = handler;
    }

    /** {@return what answers every request with a status and a sentence} */
    public static RequestHandler refusing(int status, String sentence) {
        return exchange -> {
            exchange.response().status(status);
            exchange.response().send(sentence + "\n");
        };
    }

    /**
     * Has a request answered that came by a control channel.
     *
     * @param body the exchange's to keep; empty if there is none
     */
    public void take(ControlMessage.Request request, byte[] body, ControlPath control) {
        Question question =
                new Question(request, path, new ByteArrayInputStream(body), OptionalLong.of(body.length), secure);
        begin(new Exchange(this, question, request.address(), control), body.length);
    }

    /** Fetches a request and has it answered. */
    public void fetch(ControlMessage.RequestAt request) {
        if (!fetching.enters(0)) {
            LOGGER.log(System.Logger.Level.WARNING, "a request was not fetched, since {0} others are", Waiting.MOST);
            return;
        }
        aside(() -> {
            RequestSocket socket;
            try {
                socket = new RequestSocket(dial(request.address()), this, null);
            } catch (IOException e) {
                // the sender has left meanwhile, or the relay's own time for it has passed
                LOGGER.log(System.Logger.Level.DEBUG, "a request was not fetched: {0}", e.getMessage());
                return;
            } finally {
                fetching.leaves(0);
            }
            socket.run();
        });
    }

    Exchange begin(ControlMessage.Request request, RequestSocket socket, @Nullable BodyPipe body) {
        Question question = new Question(
                request,
                path,
                body == null ? InputStream.nullInputStream() : body,
                body == null ? OptionalLong.of(0) : OptionalLong.empty(),
                secure);
        Exchange exchange = new Exchange(this, question, socket, body);
        begin(exchange, body == null ? 0 : BodyPipe.CAPACITY);
        return exchange;
    }

    private void begin(Exchange exchange, int bytes) {
        RequestHandler answering = handler;
        live.add(exchange);
        if (!waiting.enters(bytes)) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a request is refused, since too many wait for a thread of the executor");
            refuse(exchange, bytes);
            return;
        }
        try {
            executor.execute(() -> {
                waiting.leaves(bytes);
                run(exchange, answering);
            });
        } catch (RejectedExecutionException e) {
            waiting.leaves(bytes);
            LOGGER.log(System.Logger.Level.WARNING, "a request is refused, since the executor takes no task", e);
            refuse(exchange, bytes);
        }
    }

    /** Refusals wait for a relay that takes them; where too many do, the relay's own time-out says it as well. */
    private void refuse(Exchange exchange, int bytes) {
        if (!refused.enters(bytes)) {
            live.remove(exchange);
            exchange.cancel();
            return;
        }
        aside(() -> {
            try {
                run(exchange, refusing(503, "The listener is busy"));
            } finally {
                refused.leaves(bytes);
            }
        });
    }

    private void run(Exchange exchange, RequestHandler answering) {
        try {
            exchange.run(answering);
        } finally {
            live.remove(exchange);
        }
    }

    void aside(Runnable task) {
        threads.execute(task);
    }

    /** Remembers a socket until it has ended. */
    void enter(RequestSocket socket) {
        sockets.add(socket);
        if (cancelled) {
            socket.abort();
        }
    }

    void leave(RequestSocket socket) {
        sockets.remove(socket);
    }

    FrameSocket dial(String address) throws IOException {
        return dialer.dial(address, List.of(), List.of(), DIAL_TIMEOUT, dials);
    }

    /** Answers what still comes with 503. */
    public void refuseMore() {
        handler = refusing(503, "The listener is closing");
    }

    /** {@return a future that completes when none of those that are here now, but the caller's own, needs the control channel} */
    public CompletableFuture<Void> answered() {
        return all(Exchange::answered);
    }

    /** {@return a future that completes when those that are here now, but the caller's own, have ended, and their sockets} */
    public CompletableFuture<Void> ended() {
        return CompletableFuture.allOf(
                all(Exchange::ended),
                CompletableFuture.allOf(sockets.stream()
                        .filter(socket -> !socket.isOfItsThread())
                        .map(RequestSocket::ended)
                        .toArray(CompletableFuture[]::new)));
    }

    private CompletableFuture<Void> all(Function<Exchange, CompletableFuture<Void>> moment) {
        return CompletableFuture.allOf(live.stream()
                .filter(exchange -> !exchange.isOnItsThread())
                .map(moment)
                .toArray(CompletableFuture[]::new));
    }

    /** Cancels all that are here, and every later dial. */
    public void cancel() {
        cancelled = true;
        dials.close();
        live.forEach(Exchange::cancel);
        sockets.forEach(RequestSocket::abort);
    }
}
