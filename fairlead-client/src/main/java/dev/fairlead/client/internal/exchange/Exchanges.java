// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.client.internal.Dialer;
import dev.fairlead.client.internal.Entrance;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.client.internal.SocketScope;
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
        begin(new Exchange(this, question, request.address(), control));
    }

    /** Fetches a request and has it answered. */
    public void fetch(ControlMessage.RequestAt request) {
        aside(() -> {
            try {
                new RequestSocket(dial(request.address()), this, null).run();
            } catch (IOException e) {
                // the sender has left meanwhile, or the relay's own time for it has passed
                LOGGER.log(System.Logger.Level.DEBUG, "a request was not fetched: {0}", e.getMessage());
            }
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
        begin(exchange);
        return exchange;
    }

    private void begin(Exchange exchange) {
        live.add(exchange);
        RequestHandler answering = handler;
        try {
            executor.execute(() -> run(exchange, answering));
        } catch (RejectedExecutionException e) {
            LOGGER.log(System.Logger.Level.WARNING, "a request is refused, since the executor takes no task", e);
            aside(() -> run(exchange, refusing(503, "The listener is busy")));
        }
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

    /** {@return a future that completes when those that are here now, but the caller's own, have ended} */
    public CompletableFuture<Void> ended() {
        return all(Exchange::ended);
    }

    private CompletableFuture<Void> all(Function<Exchange, CompletableFuture<Void>> moment) {
        return CompletableFuture.allOf(live.stream()
                .filter(exchange -> !exchange.isOnItsThread())
                .map(moment)
                .toArray(CompletableFuture[]::new));
    }

    /** Cancels all that are here, and every later dial. */
    public void cancel() {
        dials.close();
        live.forEach(Exchange::cancel);
    }
}
