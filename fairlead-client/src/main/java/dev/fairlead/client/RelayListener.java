// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.client.internal.Deadlines;
import dev.fairlead.client.internal.Dialer;
import dev.fairlead.client.internal.Entrance;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.client.internal.Proxies;
import dev.fairlead.client.internal.SocketScope;
import dev.fairlead.client.internal.exchange.Exchanges;
import dev.fairlead.client.spi.Token;
import dev.fairlead.client.spi.TokenSource;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.websocket.CloseStatus;
import java.io.IOException;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Listens on a hybrid connection: dials out to the relay, stays there, and meets each sender and answers each plain HTTP
 * request that the relay tells of.
 *
 * <p>Once it was online, it comes back by itself for ever, until it is closed: at once after a first loss, then after waits
 * of at most 1, 2, 5, 10 and 30 seconds, each drawn at random between nothing and that ceiling. Connections that stand do not
 * need the control channel, and outlive its loss. Its token is renewed while it lasts. Safe from any thread.
 */
public final class RelayListener implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger(RelayListener.class.getName());

    /** Longer than any relay takes to answer a listener, even one that delays its refusals. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    /** How long a channel has to stand until its loss counts as a first one. */
    private static final Duration STABLE = Duration.ofSeconds(30);

    /** As many connections at once have platform threads: their stacks are affordable, and they cost the least CPU. */
    private static final int FEW_CONNECTIONS = 64;

    private final Entrance entrance;
    private final String id = UUID.randomUUID().toString();
    private final Dialer dialer;
    private final Executor executor;
    private final Consumer<ListenerState> observer;
    private final Duration pingInterval;
    private final Duration closeTimeout;
    private final Backoff backoff;
    private final Arrivals arrivals;

    private final SocketScope dials = new SocketScope();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean openTold = new AtomicBoolean();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Lock lock = new ReentrantLock();
    private @Nullable ControlChannel channel;
    private @Nullable Thread thread;
    private volatile ListenerState state = new ListenerState.Connecting();

    private RelayListener(Builder builder) {
        this.entrance = builder.entrance.complete();
        if (entrance.tokens() == null) {
            throw new IllegalStateException(
                    "connection string: no key (expected: SharedAccessKeyName and SharedAccessKey, or SharedAccessSignature:"
                            + " listening always needs a token)");
        }
        this.dialer = new Dialer(builder.sslContext, builder.proxies);
        this.executor = builder.executor;
        this.observer = builder.observer;
        this.pingInterval = builder.pingInterval;
        this.closeTimeout = builder.closeTimeout;
        this.backoff = new Backoff(
                builder.longestReconnectDelay, () -> ThreadLocalRandom.current().nextDouble());
        Meeting meeting = new Meeting(
                entrance.path(),
                dialer,
                dials,
                builder.acceptance(),
                new RelayConnection.Limits(builder.maxMessageSize, builder.closeTimeout));
        this.arrivals = new Arrivals(
                builder.connections,
                meeting,
                builder.handlers == null ? request -> new ConnectionHandler() {} : builder.handlers,
                new Exchanges(
                        entrance,
                        dialer,
                        executor,
                        builder.requests == null
                                ? Exchanges.refusing(501, "This listener takes WebSockets and no plain requests")
                                : builder.requests));
    }

    /**
     * {@return a builder of a listener for a connection string}
     *
     * @param connectionString names the relay and the key; and the hybrid connection, unless {@link Builder#path} does
     * @throws IllegalArgumentException if its ready token is none
     */
    public static Builder builder(ConnectionString connectionString) {
        return new Builder(Entrance.of(connectionString));
    }

    /**
     * {@return a builder of a listener whose tokens come from elsewhere}
     *
     * @param address {@code sb://host/path}; {@code https} and {@code wss} mean the same, {@code http} and {@code ws} a plain
     *     port. Without a path, {@link Builder#path} names it
     * @param tokens asked when the control channel is opened, and some minutes before a token ends
     * @throws IllegalArgumentException if the address is no relay's
     */
    public static Builder builder(URI address, TokenSource tokens) {
        return new Builder(Entrance.of(address, Objects.requireNonNull(tokens, "tokens")));
    }

    /**
     * Begins to listen.
     *
     * @return a future that completes when senders can reach the listener for the first time. It fails with
     *     {@link NotAuthorized}, {@link NotFound}, {@link Rejected} or {@link RelayUnreachable} if the relay, asked for the
     *     first time, refuses for a reason that does not pass, or is not trusted; the listener is closed then. Failures
     *     that pass are tried again for ever, and told to {@code onStateChange}. It fails with {@link RelayClosed} if the
     *     listener is closed before
     * @throws IllegalStateException if it was called before
     */
    public CompletableFuture<Void> open() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "open: called twice (expected: once; a closed listener is not opened again)");
        }
        Thread listening = new Thread(this::run, "fairlead-listener-" + entrance.path());
        listening.setDaemon(true);
        lock.lock();
        try {
            thread = listening;
        } finally {
            lock.unlock();
        }
        listening.start();
        return opened.copy();
    }

    private void run() {
        RelayException fatal = null;
        try {
            fatal = listen();
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.ERROR, "a listener ended by a fault of its own", e);
            fatal = new RelayClosed(entrance + ": the listener ended by a fault of its own", e);
        } finally {
            dials.close();
            RelayException cause = fatal == null ? new RelayClosed(entrance + ": the listener was closed") : fatal;
            enter(new ListenerState.Closed(fatal));
            completing(() -> opened.completeExceptionally(cause));
        }
    }

    /** {@return why the first try was refused for good, or {@code null} once the listener is closed} */
    private @Nullable RelayException listen() {
        enter(state);
        boolean first = true;
        int attempt = 0;
        while (!isClosing()) {
            RelayException cause;
            OptionalLong online = OptionalLong.empty();
            try {
                ControlChannel opening = dial();
                first = false;
                online = OptionalLong.of(System.nanoTime());
                enter(new ListenerState.Online());
                completing(() -> opened.complete(null));
                cause = lost(opening.serve());
            } catch (IOException | RuntimeException e) {
                if (isClosing()) {
                    return null;
                }
                cause = RelayException.ofListening(entrance.toString(), e);
                if (first && !cause.isRetryable()) {
                    return cause;
                }
                first = false;
            } finally {
                leaveChannel();
            }
            if (isClosing()) {
                return null;
            }
            boolean stood = online.isPresent() && System.nanoTime() - online.getAsLong() > STABLE.toNanos();
            attempt = stood ? 1 : attempt + 1;
            Duration delay = backoff.delay(attempt);
            enter(new ListenerState.Reconnecting(attempt, delay, cause));
            if (closesWithin(delay)) {
                return null;
            }
        }
        return null;
    }

    private RelayClosed lost(CloseStatus status) {
        return new RelayClosed(
                entrance + ": the relay closed the control channel: " + status.code()
                        + (status.reason().isEmpty() ? "" : " " + status.reason()),
                null,
                status);
    }

    private ControlChannel dial() throws IOException {
        Token token = Objects.requireNonNull(entrance.token(), "token");
        FrameSocket socket = dialer.dial(
                RelayTarget.listenAddress(entrance.base(), entrance.path(), id),
                List.of(new Header(RelayHeaders.SERVICE_BUS_AUTHORIZATION, token.text())),
                List.of(),
                CONNECT_TIMEOUT,
                dials);
        ControlChannel opening = new ControlChannel(socket, entrance, token, pingInterval, arrivals);
        lock.lock();
        try {
            if (isClosing()) {
                opening.abort();
            }
            channel = opening;
        } finally {
            lock.unlock();
        }
        return opening;
    }

    private void leaveChannel() {
        lock.lock();
        try {
            channel = null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private boolean closesWithin(Duration delay) {
        try {
            return closing.await(Deadlines.nanos(delay), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // nobody but this class knows the thread
            return isClosing();
        }
    }

    private void enter(ListenerState next) {
        state = next;
        try {
            observer.accept(next);
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.WARNING, "onStateChange failed", e);
        }
    }

    /** What hangs on the future may block, and the listener's thread must not. */
    private void completing(Runnable completion) {
        if (!openTold.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }

    /** {@return where the listener stands now} */
    public ListenerState state() {
        return state;
    }

    /** {@return the hybrid connection that this listener serves} */
    public String path() {
        return entrance.path().spelled();
    }

    /** {@return where WebSocket clients reach this listener, such as {@code wss://relay.example.org/$hc/chat}} */
    public URI address() {
        return URI.create(entrance.base() + "/$hc/" + entrance.path().encoded());
    }

    /**
     * {@return what the relay calls this listener: a UUID, the same for all its life} Senders can ask for it by the header
     * {@code Microsoft-Relay-AllowedListeners}.
     */
    public String id() {
        return id;
    }

    /**
     * Stops to listen, says 1001 on every connection, lets requests that came be answered, and waits until all have ended.
     * Whatever has not ended by the close timeout (5 s unless told) is aborted or cancelled then, so this returns in little
     * more than that, even if nobody answers. Called from {@code onStateChange} it does not wait, and called by a handler it
     * does not wait for that connection or request. Does nothing if the listener was closed before.
     */
    @Override
    public void close() {
        close(closeTimeout);
    }

    /**
     * Does what {@link #close()} does, within a time that is told now.
     *
     * @param timeout what is left to connections and requests; what has not ended then is aborted or cancelled
     * @throws IllegalArgumentException if it is zero or negative
     */
    public void close(Duration timeout) {
        Checks.positive("timeout", timeout);
        closing.countDown();
        dials.close();
        ControlChannel open;
        Thread listening;
        lock.lock();
        try {
            open = channel;
            listening = thread;
        } finally {
            lock.unlock();
        }
        long end = System.nanoTime() + Deadlines.nanos(timeout);
        Future<?> deadline = Deadlines.after(timeout, () -> {
            if (open != null) {
                open.abort();
            }
            arrivals.abort();
            if (listening != null) {
                // a token source may still keep it
                listening.interrupt();
            }
        });
        boolean waiting = listening != null && !listening.equals(Thread.currentThread());
        List<CompletableFuture<?>> ends = arrivals.leave();
        if (waiting) {
            // the relay fails what it is not answered before the channel's end
            await(arrivals.answered(), end);
        }
        if (open != null) {
            open.close();
        }
        if (listening != null && waiting) {
            ends.add(arrivals.ended());
            awaitEnd(listening, ends, end);
            deadline.cancel(false);
        }
    }

    private static void awaitEnd(Thread listening, List<CompletableFuture<?>> ends, long end) {
        // aborting takes a moment, too
        long last = end + Duration.ofMillis(500).toNanos();
        await(CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)), last);
        try {
            TimeUnit.NANOSECONDS.timedJoin(listening, Math.max(1, last - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CompletableFuture<?> moment, long end) {
        try {
            moment.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "not everything has ended in time: {0}", e.toString());
        }
    }

    @Override
    public String toString() {
        return "RelayListener[" + entrance.path() + ", " + state + "]";
    }

    /** Gathers what a listener needs. Not safe for several threads. */
    public static final class Builder {

        private Entrance entrance;
        private @Nullable Function<RelayedRequest, ConnectionHandler> handlers;
        private @Nullable Function<RelayedRequest, Acceptance> acceptance;
        private @Nullable RequestHandler requests;
        private Consumer<ListenerState> observer = state -> {};
        private Duration longestReconnectDelay = Duration.ofSeconds(30);
        private Duration pingInterval = Duration.ofSeconds(30);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private int maxMessageSize = Checks.DEFAULT_MAX_MESSAGE_SIZE;
        private @Nullable SSLContext sslContext;
        private Proxies proxies = new Proxies(null, null);
        private Executor executor = new ConnectionThreads("fairlead-handler");
        private Executor connections = new ConnectionThreads("fairlead-connection", FEW_CONNECTIONS);

        private Builder(Entrance entrance) {
            this.entrance = entrance;
        }

        /**
         * Names the hybrid connection.
         *
         * @param path plain, not encoded; may have several segments. What the connection string or address names unless told
         * @return this builder
         * @throws IllegalArgumentException if the connection string or address names another
         * @throws dev.fairlead.protocol.address.InvalidAddress if it cannot be a path
         */
        public Builder path(String path) {
            this.entrance = entrance.at(path);
            return this;
        }

        /** A listener for requests alone tells senders of WebSockets so. */
        private Function<RelayedRequest, Acceptance> acceptance() {
            if (acceptance != null) {
                return acceptance;
            }
            return handlers == null && requests != null
                    ? request -> Acceptance.reject(405, "This listener takes plain requests and no WebSockets")
                    : request -> Acceptance.accept();
        }

        /**
         * Sets what is done with connections: one handler for all of them, called from several threads at once.
         *
         * @param handler safe from any thread
         * @return this builder
         */
        public Builder onConnection(ConnectionHandler handler) {
            Objects.requireNonNull(handler, "handler");
            this.handlers = request -> handler;
            return this;
        }

        /**
         * Sets what is done with connections: a handler for each, made on the connection's own thread.
         *
         * @param factory gives a handler that serves one connection
         * @return this builder
         */
        public Builder onConnection(Function<RelayedRequest, ConnectionHandler> factory) {
            this.handlers = Objects.requireNonNull(factory, "factory");
            return this;
        }

        /**
         * Sets what is done with plain HTTP requests. A listener may have this, a handler of connections, or both. Without
         * this, requests are answered 501; with this and nothing for connections, senders of WebSockets are refused 405.
         *
         * @param handler called from several threads at once
         * @return this builder
         */
        public Builder onRequest(RequestHandler handler) {
            this.requests = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /**
         * Has requests and connections answered by a local server. It stands in for {@code onRequest}, {@code onAccept} and
         * {@code onConnection}.
         *
         * @param forwarder of one server, for any number of listeners
         * @return this builder
         */
        public Builder forwardTo(RelayForwarder forwarder) {
            return onRequest(forwarder).onAccept(forwarder::accept);
        }

        /**
         * Sets who is let in, and with which subprotocol. Called on the connection's own thread; it may take its time, but
         * the relay lets the sender wait for some 30 s only. If it throws, the sender is told 502. Everybody is let in,
         * without a subprotocol, unless told.
         *
         * @param acceptance called from several threads at once
         * @return this builder
         */
        public Builder onAccept(Function<RelayedRequest, Acceptance> acceptance) {
            this.acceptance = Objects.requireNonNull(acceptance, "acceptance");
            return this;
        }

        /**
         * Sets who is told where the listener stands with the relay. Called on the listener's own thread, which does
         * nothing else meanwhile: it has to return soon.
         *
         * @param observer told of each state, in order
         * @return this builder
         */
        public Builder onStateChange(Consumer<ListenerState> observer) {
            this.observer = Objects.requireNonNull(observer, "observer");
            return this;
        }

        /**
         * Bounds the pause between two attempts. Each pause is drawn at random between nothing and a ceiling, so that
         * listeners that lost one relay do not return in one wave; the ceiling rises from nothing over 1, 2, 5 and 10 s to
         * this. 30 s unless told.
         *
         * @param delay positive
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder longestReconnectDelay(Duration delay) {
            this.longestReconnectDelay = Checks.positive("longestReconnectDelay", delay);
            return this;
        }

        /**
         * Sets after how long a silence the relay is asked whether it lives. After twice that time of silence the control
         * channel counts as lost. 30 s unless told.
         *
         * @param interval positive, at most a day
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative, or more than a day
         */
        public Builder pingInterval(Duration interval) {
            if (interval.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("pingInterval: " + interval + " (expected: at most a day)");
            }
            this.pingInterval = Checks.positive("pingInterval", interval);
            return this;
        }

        /**
         * Sets how long {@link RelayListener#close()} and {@link RelayConnection#close()} leave to the other side. 5 s
         * unless told.
         *
         * @param timeout positive
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = Checks.positive("closeTimeout", timeout);
            return this;
        }

        /**
         * Bounds a message that comes in. One that is longer ends its connection with status 1009. 64 MiB unless told.
         *
         * @param bytes 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder maxMessageSize(int bytes) {
            this.maxMessageSize = Checks.positive("maxMessageSize", bytes);
            return this;
        }

        /**
         * Sets whom to trust where TLS is spoken. The JVM's default unless told. The relay's name is checked in any case.
         *
         * @param context its trust manager decides, and its key manager shows a certificate if one is asked for
         * @return this builder
         */
        public Builder sslContext(SSLContext context) {
            this.sslContext = Objects.requireNonNull(context, "context");
            return this;
        }

        /**
         * Sets by which proxies the relay is reached, for the control channel and for whatever is dialled when somebody comes. The selector is asked for {@code http} or
         * {@code https}, host and port; the proxies that it names are tried in their order. HTTP proxies are asked for a tunnel
         * ({@code CONNECT}), for a plain port as well; SOCKS proxies resolve the relay's name themselves. The JVM's default
         * selector unless told, which goes by {@code https.proxyHost} and the like, and passes by whoever listens on the
         * loopback; {@code ProxySelector.of(null)} stands for no proxy at all.
         *
         * <p>An HTTP proxy that wants a user name and a password is given none, and nobody is asked for one, which is told as
         * {@link RelayUnreachable}: see {@link #proxy(ProxySelector, Authenticator)}.
         *
         * @param selector asked with each dial
         * @return this builder
         */
        public Builder proxy(ProxySelector selector) {
            this.proxies = new Proxies(Objects.requireNonNull(selector, "selector"), null);
            return this;
        }

        /**
         * Sets by which proxies the relay is reached, and what is given to an HTTP proxy that wants a user name and a password.
         *
         * <p>They are sent in the scheme Basic alone, and only when the proxy has asked for them; then with each dial, until it
         * takes them no more. Whoever gives an authenticator here has decided that: the JVM's property
         * {@code jdk.http.auth.tunneling.disabledSchemes} is not asked. What SOCKS proxies want is asked of the JVM's default
         * authenticator, by the JVM.
         *
         * @param selector asked with each dial
         * @param authenticator asked on the thread that dials, as {@code PROXY}
         * @return this builder
         */
        public Builder proxy(ProxySelector selector, Authenticator authenticator) {
            this.proxies = new Proxies(
                    Objects.requireNonNull(selector, "selector"),
                    Objects.requireNonNull(authenticator, "authenticator"));
            return this;
        }

        /**
         * Sets where connections and requests run: each takes one thread until it ends. New daemon threads unless told: platform
         * threads for up to 64 connections at once, and beyond that virtual ones from Java 21 on. The control channel has a
         * thread of its own in any case.
         *
         * @param executor the caller's; never shut down here
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            this.connections = executor;
            return this;
        }

        /**
         * {@return a listener, not yet opened}
         *
         * @throws IllegalStateException if no hybrid connection is named, or there is nothing to make tokens of
         */
        public RelayListener build() {
            return new RelayListener(this);
        }
    }
}
