// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.client.RelayClosed;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RelayedHttpResponse;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.MalformedConnectionString;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's {@code HttpServer}, reached through a relay instead of on a port. Handlers, filters, authenticators and executors
 * stay as they are; what a program changes is where the server comes from:
 *
 * <pre>{@code
 * HttpServer server = RelayedHttpServer.create(ConnectionString.parse(secret), "hello");
 *                  // was: HttpServer.create(new InetSocketAddress(8080), 0);
 * server.createContext("/", exchange -> …);
 * server.start();
 * }</pre>
 *
 * <p>Or nothing, if a system property names {@link RelayedHttpServerProvider}. Safe from any thread.
 *
 * <h2>Addresses</h2>
 *
 * <p>Handlers see what stands below the hybrid connection: {@code /hello/api/7?x} is {@code /api/7?x} to them, and {@code
 * /hello} is {@code /}, so contexts are those of a port. The hybrid connection's own address is {@link #uri()}: links that
 * begin with a slash lead past it. {@code getRemoteAddress} is the sender's, as the relay saw it ({@code 0.0.0.0} and 0 if
 * it did not say); {@code getAddress} and {@code getLocalAddress} are the relay's.
 *
 * <h2>What is otherwise than on a port</h2>
 *
 * <ul>
 *   <li>A handler that throws, or closes its exchange before the head was told, is answered 500; on a port the connection ends
 *       without a word. If part of the answer has left, the sender is cut off, as on a port.
 *   <li>An executor that takes no task has the sender told 503.
 *   <li>An answer comes with its {@code Content-Length} if it has 64 KiB at most and is not flushed before it is whole; all
 *       others are chunked, whatever {@code sendResponseHeaders} was told. The number of bytes is held to all the same.
 *   <li>Uploads above 64 KiB are {@code Transfer-Encoding: chunked} to a handler, whatever the sender's were.
 *   <li>Several lines of one header of a request are one, joined by commas. {@code Authorization} is missing where the relay
 *       took it for its own; a sender whose token is in {@code ServiceBusAuthorization} may use it for an authenticator.
 *   <li>Attributes of an exchange are its own. Those of its context are read through it, and not written.
 *   <li>Interim answers (100 to 199) cannot be sent, and 205 has no body: the relay would drop it.
 *   <li>The protocol is always HTTP/1.1. {@code Connection} and {@code Keep-Alive} are matters between sender and relay.
 * </ul>
 */
public final class RelayedHttpServer extends HttpServer {

    private static final System.Logger LOGGER = System.getLogger(RelayedHttpServer.class.getName());

    /** A relay that is there answers at once; a program that starts before its relay is not held up for long. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What the relay needs to take the last answers, and to say that the listener has left. */
    private static final Duration FAREWELL = Duration.ofMillis(500);

    private final Relays relays;
    private final Contexts contexts = new Contexts(this);
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable RelayListener listener;
    private volatile @Nullable Executor executor;
    private @Nullable ThreadPoolExecutor thread;
    private boolean stopped;

    /** Where a server is told its relay when it is bound. */
    @FunctionalInterface
    interface Relays {

        /**
         * {@return a builder for the server that a program wants on a port}
         *
         * @throws IOException if nobody said which relay
         */
        RelayListener.Builder at(int port) throws IOException;
    }

    /** Makes a server that is to be bound. */
    RelayedHttpServer(Relays relays) {
        this.relays = relays;
    }

    /**
     * {@return a server for the hybrid connection that a connection string names, not yet started}
     *
     * @param relay with an {@code EntityPath}, and a key that may listen
     * @throws IllegalStateException if it has no {@code EntityPath}, or nothing to make tokens of
     */
    public static RelayedHttpServer create(ConnectionString relay) {
        return create(RelayListener.builder(relay));
    }

    /**
     * {@return a server for a hybrid connection, not yet started}
     *
     * @param relay with a key that may listen
     * @param path of the hybrid connection: plain, not encoded
     * @throws IllegalStateException if there is nothing to make tokens of
     * @throws IllegalArgumentException if the connection string names another hybrid connection
     * @throws dev.fairlead.protocol.address.InvalidAddress if {@code path} cannot be one
     */
    public static RelayedHttpServer create(ConnectionString relay, String path) {
        return create(RelayListener.builder(relay).path(path));
    }

    /**
     * {@return a server with all that a listener can be told, not yet started: tokens from elsewhere, whom to trust, intervals,
     * and what is done with WebSockets, which are refused with 405 otherwise}
     *
     * @param relay its {@code onRequest} becomes this server's, and {@link #stop} has its own time in the place of {@code
     *     closeTimeout}; its {@code executor} is not {@link #setExecutor}'s, and has to have a thread for each request
     * @throws IllegalStateException if it names no hybrid connection, or there is nothing to make tokens of
     */
    public static RelayedHttpServer create(RelayListener.Builder relay) {
        RelayedHttpServer server = new RelayedHttpServer(port -> relay);
        server.listener = server.listener(relay);
        return server;
    }

    private RelayListener listener(RelayListener.Builder relay) {
        return relay.onRequest(this::answer).build();
    }

    /**
     * Binds a server that {@code HttpServer.create()} made without an address. The hybrid connection is what a server is bound
     * to, and no port is opened; the address' port is read by {@link RelayedHttpServerProvider} alone, to find the path.
     *
     * @param backlog means nothing here: the relay has a bound for senders that wait
     * @throws BindException if the server is bound, as one is that was created with an address or a connection string
     * @throws IOException if the relay is not told, or not so that it can be listened to
     */
    @Override
    public void bind(InetSocketAddress addr, int backlog) throws IOException {
        Objects.requireNonNull(addr, "addr");
        lock.lock();
        try {
            if (listener != null) {
                throw new BindException("bind: the server is bound already (expected: once)");
            }
            listener = listener(relays.at(addr.getPort()));
        } catch (IllegalArgumentException | IllegalStateException | InvalidAddress | MalformedConnectionString e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins to listen, and waits until senders can reach the server, ten seconds at most: a relay that cannot be reached is
     * tried for ever, and a warning tells of it. After a loss the server comes back by itself.
     *
     * @throws IllegalStateException if the server is not bound, or was started or stopped before
     * @throws RelayException if the relay refuses for a reason that does not pass, or is not trusted
     */
    @Override
    public void start() {
        RelayListener opening;
        ThreadPoolExecutor running;
        lock.lock();
        try {
            if (listener == null || thread != null || stopped) {
                throw new IllegalStateException(
                        "start: the server is in the wrong state (expected: bound, and started once)");
            }
            opening = listener;
            running = thread(opening.path());
            thread = running;
            if (executor == null) {
                executor = running;
            }
        } finally {
            lock.unlock();
        }
        await(opening, running);
    }

    private static ThreadPoolExecutor thread(String path) {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "fairlead-http-server-" + path));
        one.prestartCoreThread();
        return one;
    }

    private static void await(RelayListener opening, ThreadPoolExecutor running) {
        CompletableFuture<Void> opened = opening.open();
        try {
            opened.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOGGER.log(System.Logger.Level.WARNING, "{0} is not reached yet; it is tried on", opening.address());
            CompletableFuture<Void> ignored = opened.whenComplete((done, failure) -> endsLate(running, failure));
        } catch (ExecutionException e) {
            running.shutdown();
            throw e.getCause() instanceof RelayException refused ? refused : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            CompletableFuture<Void> ignored = opened.whenComplete((done, failure) -> endsLate(running, failure));
            Thread.currentThread().interrupt();
        }
    }

    private static void endsLate(ThreadPoolExecutor running, @Nullable Throwable failure) {
        if (failure != null) {
            running.shutdown();
        }
        if (failure != null && !(failure instanceof RelayClosed)) {
            LOGGER.log(System.Logger.Level.ERROR, "the server ends: {0}", failure.getMessage());
        }
    }

    /**
     * Answers a request, on a thread of the SDK, which waits until the exchange has ended; the relay's cancelling interrupts
     * it.
     */
    private void answer(RelayedExchange relayed) throws Exception {
        URI uri = RelayedHttpExchange.uri(relayed.request());
        RelayedContext context = contexts.find(uri.getPath());
        Executor running = executor;
        if (context == null) {
            refuse(relayed, 404, "404 Not Found");
            return;
        }
        if (context.getHandler() == null || running == null) {
            refuse(relayed, 500, "500 Internal Server Error");
            return;
        }
        RelayedHttpExchange exchange =
                new RelayedHttpExchange(relayed, uri, context, Objects.requireNonNull(getAddress()));
        try {
            running.execute(exchange::run);
        } catch (RejectedExecutionException e) {
            LOGGER.log(System.Logger.Level.WARNING, "a request is refused, since the executor takes no task", e);
            refuse(relayed, 503, "503 Service Unavailable");
            return;
        }
        exchange.awaitEnd();
    }

    private static void refuse(RelayedExchange relayed, int status, String words) throws IOException {
        RelayedHttpResponse answer = relayed.response();
        answer.status(status).header("Content-Type", "text/html");
        answer.send("<h1>" + words + "</h1>\n");
    }

    /**
     * Sets what runs filters and handlers. {@code null}, or nothing, for the one thread that {@link #start} makes.
     *
     * @param executor the caller's; never shut down here
     * @throws IllegalStateException if the server was started
     */
    @Override
    public void setExecutor(@Nullable Executor executor) {
        lock.lock();
        try {
            if (thread != null) {
                throw new IllegalStateException("setExecutor: the server was started (expected: before)");
            }
            this.executor = executor;
        } finally {
            lock.unlock();
        }
    }

    /** {@return what runs filters and handlers; {@code null} before the start if none was set} */
    @Override
    public @Nullable Executor getExecutor() {
        return executor;
    }

    /**
     * Takes no more requests, which senders are told by 503 as long as the relay does not know, waits until all exchanges have
     * ended, and leaves the relay. Exchanges that have not ended when the delay is over are cut off: their streams throw. A
     * stopped server is not started again. Called by a handler it waits for that one, too, as on a port.
     *
     * @param delay in seconds, 0 or more; half a second more may pass
     * @throws IllegalArgumentException if {@code delay} is negative
     */
    @Override
    public void stop(int delay) {
        if (delay < 0) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: seconds, 0 or more)");
        }
        RelayListener leaving;
        ThreadPoolExecutor running;
        lock.lock();
        try {
            stopped = true;
            leaving = listener;
            running = thread;
        } finally {
            lock.unlock();
        }
        if (leaving != null) {
            leaving.close(delay == 0 ? FAREWELL : Duration.ofSeconds(delay));
        }
        if (running != null) {
            running.shutdown();
        }
    }

    /**
     * Adds a context.
     *
     * @param path begins with a slash; the longest of all contexts' paths that a request's path begins with is its context
     * @throws IllegalArgumentException if the path is none, or has a context already
     */
    @Override
    public HttpContext createContext(String path, HttpHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return contexts.add(path, handler);
    }

    /**
     * Adds a context whose handler is set later; 500 until then.
     *
     * @param path see {@link #createContext(String, HttpHandler)}
     * @throws IllegalArgumentException if the path is none, or has a context already
     */
    @Override
    public HttpContext createContext(String path) {
        return contexts.add(path, null);
    }

    /**
     * Removes a context; exchanges that it has begun go on.
     *
     * @throws IllegalArgumentException if there is none for the path
     */
    @Override
    public void removeContext(String path) {
        contexts.remove(path);
    }

    /**
     * Removes a context; exchanges that it has begun go on.
     *
     * @throws IllegalArgumentException if it is not this server's, or was removed before
     */
    @Override
    public void removeContext(HttpContext context) {
        contexts.remove(context);
    }

    /** {@return the relay's host and port; {@code null} if the server is not bound} */
    @Override
    public @Nullable InetSocketAddress getAddress() {
        RelayListener bound = listener;
        if (bound == null) {
            return null;
        }
        URI address = bound.address();
        int usual = address.getScheme().equals("wss") ? 443 : 80;
        return Addresses.of(address.getHost(), address.getPort() < 0 ? usual : address.getPort());
    }

    /**
     * {@return where senders reach the server, such as {@code https://relay.example.org/hello}}
     *
     * @throws IllegalStateException if the server is not bound
     */
    public URI uri() {
        RelayListener bound = listener;
        if (bound == null) {
            throw new IllegalStateException("uri: the server is not bound (expected: bind before)");
        }
        return URI.create(bound.address().toString().replaceFirst("^ws", "http").replace("/$hc/", "/"));
    }

    /** {@return the hybrid connection, and where its listener stands with the relay} */
    @Override
    public String toString() {
        return "RelayedHttpServer[" + (listener == null ? "not bound" : listener) + "]";
    }
}
