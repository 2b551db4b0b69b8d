// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.client.internal.Dialer;
import dev.fairlead.client.internal.Entrance;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.client.internal.Proxies;
import dev.fairlead.client.internal.SocketScope;
import dev.fairlead.client.spi.Token;
import dev.fairlead.client.spi.TokenSource;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Connects to whoever listens on a hybrid connection. Holds nothing open itself, so it needs no closing; its connections
 * are the caller's. Safe from any thread.
 */
public final class RelaySender {

    /** As many connections at once have platform threads: their stacks are affordable, and they cost the least CPU. */
    private static final int FEW_CONNECTIONS = 64;

    private final Entrance entrance;
    private final Dialer dialer;
    private final Executor executor;
    private final Executor connections;
    private final Duration connectTimeout;
    private final RelayConnection.Limits limits;

    private RelaySender(Builder builder) {
        this.entrance = builder.entrance.complete();
        this.dialer = new Dialer(builder.sslContext, builder.proxies);
        this.executor = builder.executor;
        this.connections = builder.connections;
        this.connectTimeout = builder.connectTimeout;
        this.limits = new RelayConnection.Limits(builder.maxMessageSize, builder.closeTimeout);
    }

    /**
     * {@return a builder of a sender for a connection string} One without key and signature connects without a token, which
     * hybrid connections for anonymous senders take.
     *
     * @param connectionString names the relay and the key; and the hybrid connection, unless {@link Builder#path} does
     * @throws IllegalArgumentException if its ready token is none
     */
    public static Builder builder(ConnectionString connectionString) {
        return new Builder(Entrance.of(connectionString));
    }

    /**
     * {@return a builder of a sender whose tokens come from elsewhere}
     *
     * @param address {@code sb://host/path}; {@code https} and {@code wss} mean the same, {@code http} and {@code ws} a plain
     *     port. Without a path, {@link Builder#path} names it
     * @param tokens asked with each connection
     * @throws IllegalArgumentException if the address is no relay's
     */
    public static Builder builder(URI address, TokenSource tokens) {
        return new Builder(Entrance.of(address, Objects.requireNonNull(tokens, "tokens")));
    }

    /**
     * Connects, saying nothing but the hybrid connection's name; see {@link #connect(ConnectOptions, ConnectionHandler)}.
     *
     * @param handler called for this connection from its opening on, which can be before the future completes
     * @return a future of the connection, which fails as that one does
     */
    public CompletableFuture<RelayConnection> connect(ConnectionHandler handler) {
        return connect(ConnectOptions.none(), handler);
    }

    /**
     * Connects. The relay answers when a listener has, so it may take as long as the relay lets a listener think.
     *
     * @param options what the relay and the listener are told beyond the hybrid connection's name
     * @param handler called for this connection from its opening on, which can be before the future completes
     * @return a future of the connection; it fails with {@link NotFound} if nobody listens, {@link NotAuthorized},
     *     {@link Rejected} by the listener, or {@link RelayUnreachable}. Cancelling it gives the attempt up
     */
    public CompletableFuture<RelayConnection> connect(ConnectOptions options, ConnectionHandler handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        CompletableFuture<RelayConnection> future = new CompletableFuture<>();
        SocketScope scope = new SocketScope();
        try {
            executor.execute(() -> connect(options, handler, scope, future));
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(new RelayUnreachable(entrance + ": the executor takes no task", e, 0, true));
        }
        // whoever gives up, by cancelling or by a time-out of his own, ends the dial
        CompletableFuture<RelayConnection> unused = future.whenComplete((connection, failure) -> {
            if (failure != null) {
                scope.close();
            }
        });
        return future;
    }

    private void connect(
            ConnectOptions options,
            ConnectionHandler handler,
            SocketScope scope,
            CompletableFuture<RelayConnection> future) {
        RelayConnection connection;
        try {
            connection = new RelayConnection(dial(options, scope), null, limits);
        } catch (IOException | RuntimeException e) {
            future.completeExceptionally(RelayException.ofConnecting(entrance.toString(), e));
            return;
        }
        try {
            // on a thread of its own, since what hangs on the future may block this one
            connections.execute(() -> connection.run(handler));
        } catch (RejectedExecutionException e) {
            connection.abort();
            future.completeExceptionally(new RelayUnreachable(entrance + ": the executor takes no task", e, 0, true));
            return;
        }
        if (!future.complete(connection)) {
            connection.abort();
        }
    }

    private FrameSocket dial(ConnectOptions options, SocketScope scope) throws IOException {
        List<Header> headers = new ArrayList<>(options.headers());
        Token token = entrance.token();
        if (token != null) {
            headers.add(new Header(RelayHeaders.SERVICE_BUS_AUTHORIZATION, token.text()));
        }
        HybridPath path = options.suffix().isEmpty()
                ? entrance.path()
                : HybridPath.of(
                        entrance.path().spelled() + "/" + options.suffix().spelled());
        String address = RelayTarget.connectAddress(
                entrance.base(), path, options.query(), UUID.randomUUID().toString());
        return dialer.dial(address, headers, options.subprotocols(), connectTimeout, scope);
    }

    /** {@return the hybrid connection that this sender connects to} */
    public String path() {
        return entrance.path().spelled();
    }

    @Override
    public String toString() {
        return "RelaySender[" + entrance.path() + "]";
    }

    /** Gathers what a sender needs. Not safe for several threads. */
    public static final class Builder {

        private Entrance entrance;
        private @Nullable SSLContext sslContext;
        private Proxies proxies = new Proxies(null, null);
        private Executor executor = new ConnectionThreads("fairlead-dial");
        private Executor connections = new ConnectionThreads("fairlead-sender", FEW_CONNECTIONS);
        private Duration connectTimeout = Duration.ofSeconds(70);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private int maxMessageSize = Checks.DEFAULT_MAX_MESSAGE_SIZE;

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

        /**
         * Sets how long connecting may take: the network, the relay, and the listener's answer. 70 s unless told, which is
         * more than relays let a listener think.
         *
         * @param timeout positive
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = Checks.positive("connectTimeout", timeout);
            return this;
        }

        /**
         * Sets how long the end of a connection may take after {@link RelayConnection#close()}. 5 s unless told.
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
         * Sets by which proxies the relay is reached, for every connection. The selector is asked for {@code http} or
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
         * Sets where connections run: each takes one thread until it ends, and one more while it is opened. New daemon
         * threads unless told: platform threads for up to 64 open connections at once, and beyond that, and while they are
         * opened, virtual ones from Java 21 on.
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
         * {@return a sender}
         *
         * @throws IllegalStateException if no hybrid connection is named
         */
        public RelaySender build() {
            return new RelaySender(this);
        }
    }
}
