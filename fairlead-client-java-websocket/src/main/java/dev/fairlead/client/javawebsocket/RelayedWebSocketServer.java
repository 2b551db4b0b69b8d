// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import dev.fairlead.client.Acceptance;
import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.ListenerState;
import dev.fairlead.client.RelayClosed;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelayedRequest;
import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.client.internal.Deadlines;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.java_websocket.AbstractWebSocket;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketServerFactory;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.Handshakedata;
import org.jspecify.annotations.Nullable;

/**
 * Java-WebSocket's {@code WebSocketServer}, reached through a relay instead of on a port. A program changes the class that it
 * extends and the arguments of {@code super(…)}; its callbacks, {@code broadcast}, attachments and drafts stay as they are.
 *
 * <pre>{@code
 * class Chat extends RelayedWebSocketServer {                // was: extends WebSocketServer
 *     Chat(ConnectionString relay) {
 *         super(relay, "chat");                              // was: super(new InetSocketAddress(8887));
 *     }
 *     …
 * }
 * }</pre>
 *
 * <p>The order of callbacks, close codes, exceptions and states are those of a port. A server starts once; after a loss of
 * the relay it comes back by itself, without another {@code onStart}, and connections that stand outlive that.
 *
 * <h2>What is otherwise than on a port</h2>
 *
 * <ul>
 *   <li>{@link #stop()} returns within some five seconds, not when the last peer pleases.
 *   <li>Who sends to a connection for which 16 MiB are queued waits for room; on a port memory grows instead.
 *   <li>An error that a callback throws (not an exception) ends that connection with 1011, and not the server.
 *   <li>A reason that is too long for a close is cut. A reason never holds what an exception said.
 *   <li>{@link WebSocket#close} waits for the sender's own close before {@code onClose} comes, for as long as the {@code
 *       closeTimeout} of the listener's builder at most: five seconds unless told. {@link WebSocket#closeConnection} tells
 *       {@code onClose} on the connection's thread, and not on the caller's.
 *   <li>Pings end at the relay, on both sides: {@code onWebsocketPing} is never called, {@code onWebsocketPong} tells of
 *       the relay. {@link #setConnectionLostTimeout} says what is watched.
 *   <li>Headers that the handshake's hook puts into its response do not reach the sender, but for the subprotocol.
 *   <li>Extensions, compression among them, are not agreed on.
 *   <li>A message may have 64 MiB unless the listener's builder, or the drafts, say otherwise.
 * </ul>
 *
 * <h2>What cannot be had</h2>
 *
 * <ul>
 *   <li>{@code onConnect(SelectionKey)}: there is no key. The hook of the handshake refuses as well.
 *   <li>{@link #setWebSocketFactory}, by which a port speaks TLS: it throws. The relay speaks TLS with senders, and {@code
 *       sslContext} of the listener's builder says whom to trust there.
 *   <li>{@link WebSocket#getSSLSession}, which throws as on a port without TLS.
 *   <li>A cast of a connection to {@code WebSocketImpl}: it is a {@link RelayedWebSocket}.
 * </ul>
 */
public abstract class RelayedWebSocketServer extends AbstractWebSocket implements Runnable {

    private static final System.Logger LOGGER = System.getLogger(RelayedWebSocketServer.class.getName());

    /** How long {@link #stop()} leaves to senders: as long as the SDK leaves to the other side of any close. */
    private static final Duration USUAL_STOP = Duration.ofSeconds(5);

    /** Aborting takes a moment, and so does the relay's answer to a listener that leaves. */
    private static final Duration ABORTING = Duration.ofMillis(500);

    /** Relays do not let a sender wait longer. */
    private static final Duration LONGEST_GREETING = Duration.ofSeconds(30);

    private static final Executor THREADS = new ConnectionThreads("fairlead-websocket");

    private final RelayListener listener;
    private final List<Draft> drafts;
    private final Collection<WebSocket> connections;

    /** Every connection that stands, whatever a program does with its own collection. */
    private final Set<RelayedWebSocket> standing = ConcurrentHashMap.newKeySet();

    /** Accepted, and not yet met; a sender that is never met is forgotten together with its request. */
    private final Map<RelayedRequest, RelayedWebSocket> accepted = Collections.synchronizedMap(new WeakHashMap<>());

    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread runner;
    private @Nullable Future<?> nextCheck;
    private int maxPendingConnections = -1;

    /**
     * Makes a server for the hybrid connection that a connection string names.
     *
     * @param relay with an {@code EntityPath}, and a key that may listen
     * @throws IllegalStateException if it has no {@code EntityPath}, or nothing to make tokens of
     */
    public RelayedWebSocketServer(ConnectionString relay) {
        this(RelayListener.builder(relay));
    }

    /**
     * Makes a server for a hybrid connection.
     *
     * @param relay with a key that may listen
     * @param path of the hybrid connection: plain, not encoded
     * @throws IllegalStateException if there is nothing to make tokens of
     * @throws IllegalArgumentException if the connection string names another hybrid connection
     * @throws dev.fairlead.protocol.address.InvalidAddress if {@code path} cannot be one
     */
    public RelayedWebSocketServer(ConnectionString relay, String path) {
        this(RelayListener.builder(relay).path(path));
    }

    /**
     * Makes a server for a hybrid connection that speaks certain drafts, and so certain subprotocols.
     *
     * @param relay with a key that may listen
     * @param path of the hybrid connection: plain, not encoded
     * @param drafts in order of preference; {@code null}, or none, for {@link Draft_6455} as it is
     * @throws IllegalStateException if there is nothing to make tokens of
     * @throws IllegalArgumentException if the connection string names another hybrid connection
     * @throws dev.fairlead.protocol.address.InvalidAddress if {@code path} cannot be one
     */
    public RelayedWebSocketServer(ConnectionString relay, String path, @Nullable List<Draft> drafts) {
        this(RelayListener.builder(relay).path(path), drafts);
    }

    /**
     * Makes a server with all that a listener can be told: tokens from elsewhere, whom to trust, threads, intervals.
     *
     * @param listener its {@code onAccept}, {@code onConnection} and {@code onStateChange} become this server's
     * @throws IllegalStateException if it names no hybrid connection, or there is nothing to make tokens of
     */
    public RelayedWebSocketServer(RelayListener.Builder listener) {
        this(listener, null);
    }

    /**
     * Makes a server with all that a listener can be told, and certain drafts.
     *
     * @param listener its {@code onAccept}, {@code onConnection} and {@code onStateChange} become this server's
     * @param drafts in order of preference; {@code null}, or none, for {@link Draft_6455} as it is. Where all of them
     *     limit the size of a frame, the largest of these limits takes the place of the builder's {@code maxMessageSize}
     * @throws IllegalStateException if it names no hybrid connection, or there is nothing to make tokens of
     */
    public RelayedWebSocketServer(RelayListener.Builder listener, @Nullable List<Draft> drafts) {
        this(listener, drafts, new HashSet<>());
    }

    /**
     * Makes a server with all that a listener can be told, certain drafts, and a collection for its connections.
     *
     * @param listener its {@code onAccept}, {@code onConnection} and {@code onStateChange} become this server's
     * @param drafts in order of preference; {@code null}, or none, for {@link Draft_6455} as it is. Where all of them
     *     limit the size of a frame, the largest of these limits takes the place of the builder's {@code maxMessageSize}
     * @param connections holds those that are open; used under its own monitor, unless {@link #addConnection} and {@link
     *     #removeConnection} are overridden
     * @throws IllegalStateException if it names no hybrid connection, or there is nothing to make tokens of
     */
    @SuppressWarnings("this-escape") // nobody calls before the server is started
    public RelayedWebSocketServer(
            RelayListener.Builder listener, @Nullable List<Draft> drafts, Collection<WebSocket> connections) {
        this.drafts = drafts == null ? List.of() : List.copyOf(drafts);
        this.connections = connections;
        limit(this.drafts).ifPresent(listener::maxMessageSize);
        this.listener = listener.onAccept(this::accept)
                .onConnection((Function<RelayedRequest, ConnectionHandler>) this::reader)
                .onStateChange(this::onStateChange)
                .build();
    }

    private static OptionalInt limit(List<Draft> drafts) {
        boolean all = drafts.stream()
                .allMatch(draft -> draft instanceof Draft_6455 usual && usual.getMaxFrameSize() < Integer.MAX_VALUE);
        return all
                ? drafts.stream()
                        .mapToInt(draft -> ((Draft_6455) draft).getMaxFrameSize())
                        .max()
                : OptionalInt.empty();
    }

    // The life of the server.

    /**
     * Runs the server on a thread of its own, which keeps the program alive unless {@link #setDaemon} says otherwise. {@link
     * #onStart} tells when senders can reach it.
     *
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        Thread thread = new Thread(this, "fairlead-websocket-server-" + listener.path());
        thread.setDaemon(isDaemon());
        lock.lock();
        try {
            runsOn(thread);
        } finally {
            lock.unlock();
        }
        thread.start();
    }

    private void runsOn(Thread thread) {
        if (runner != null && !runner.equals(thread)) {
            throw new IllegalStateException(getClass().getName() + " can only be started once.");
        }
        runner = thread;
    }

    /**
     * Runs the server on the calling thread, until it is stopped.
     *
     * @throws IllegalStateException if it was started before
     */
    @Override
    public void run() {
        lock.lock();
        try {
            runsOn(Thread.currentThread());
        } finally {
            lock.unlock();
        }
        if (stopping.get()) {
            return;
        }
        try {
            listener.open().get();
            onStart();
            ready.countDown();
            scheduleCheck();
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopQuietly();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof RelayClosed && stopping.get())) {
                fails(e.getCause() instanceof Exception cause ? cause : e);
            }
        } catch (RuntimeException e) {
            fails(e);
        }
    }

    private void fails(Exception failure) {
        LOGGER.log(System.Logger.Level.ERROR, "the server ends: {0}", failure.getMessage());
        try {
            onError(null, failure);
        } finally {
            stopQuietly();
        }
    }

    private void stopQuietly() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Does what {@link #stop(int, String)} does within five seconds, without a reason.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void stop() throws InterruptedException {
        stop(0);
    }

    /**
     * Does what {@link #stop(int, String)} does, without a reason.
     *
     * @param timeout in milliseconds; 0 for five seconds
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void stop(int timeout) throws InterruptedException {
        stop(timeout, "");
    }

    /**
     * Says 1001 on every connection and refuses new ones, waits until {@code onClose} was called for all, and leaves the
     * relay. What has not ended in time is ended without a word; this returns half a second later at most. Called by a
     * callback it does not wait for the sender of that connection. A server that was stopped does not start again. Does nothing if it was
     * stopped before.
     *
     * @param timeout in milliseconds; 0 for five seconds: Java-WebSocket's own would wait without bound
     * @param closeMessage the reason that senders are told, cut after 123 bytes of UTF-8
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void stop(int timeout, String closeMessage) throws InterruptedException {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: 0 or more milliseconds)");
        }
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        long end = System.nanoTime() + (timeout == 0 ? USUAL_STOP : Duration.ofMillis(timeout)).toNanos();
        try {
            ready.countDown();
            cancelCheck();
            List<RelayedWebSocket> leaving = List.copyOf(standing);
            leaving.forEach(socket -> socket.close(CloseFrame.GOING_AWAY, closeMessage));
            for (RelayedWebSocket socket : leaving) {
                if (!socket.awaitEnd(Duration.ofNanos(end - System.nanoTime()))) {
                    socket.abort();
                }
            }
        } finally {
            leave(Math.max(end - System.nanoTime(), ABORTING.toNanos()));
        }
    }

    /** Leaves the relay on another thread, since that waits for connections that came meanwhile, and for the relay. */
    private void leave(long patienceNanos) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(1);
        THREADS.execute(() -> {
            listener.close();
            left.countDown();
        });
        try {
            if (!left.await(patienceNanos, TimeUnit.NANOSECONDS)) {
                LOGGER.log(System.Logger.Level.DEBUG, "the relay did not answer to the farewell in time");
            }
        } finally {
            stopped.countDown();
        }
    }

    /**
     * Tells where the server stands with the relay, beyond {@link #onStart}: whether it lost it, and when it is back. The
     * lost relay is logged unless this is overridden. Called on the listener's own thread; it has to return soon.
     *
     * @param state the one that begins
     */
    protected void onStateChange(ListenerState state) {
        if (state instanceof ListenerState.Reconnecting lost) {
            RelayException cause = lost.cause();
            LOGGER.log(
                    System.Logger.Level.WARNING, "the relay is out of reach, and tried again: {0}", cause.getMessage());
        }
    }

    // Senders that come.

    private Acceptance accept(RelayedRequest request) {
        if (!isReady() || stopping.get()) {
            return Acceptance.reject(503, "The server does not take connections");
        }
        RelayedWebSocket socket = new RelayedWebSocket(
                this, OpeningHandshake.request(resource(request), request.headers()), remote(request), THREADS);
        OpeningHandshake.Answer answer = socket.greet(drafts);
        if (answer instanceof OpeningHandshake.Answer.Refused refused) {
            return Acceptance.reject(refused.status(), refused.text());
        }
        accepted.put(request, socket);
        String subprotocol = ((OpeningHandshake.Answer.Accepted) answer).subprotocol();
        return subprotocol.isEmpty() ? Acceptance.accept() : Acceptance.accept(subprotocol);
    }

    /** {@return whether senders may come} On a port they wait in the backlog until {@code onStart} has returned. */
    private boolean isReady() {
        try {
            return ready.await(LONGEST_GREETING.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String resource(RelayedRequest request) {
        String path = "/" + HybridPath.of(request.suffix()).encoded();
        return request.query().isEmpty() ? path : path + "?" + request.query();
    }

    private static @Nullable InetSocketAddress remote(RelayedRequest request) {
        RemoteEndpoint endpoint = request.remoteEndpoint();
        if (endpoint.address().isEmpty()) {
            return null;
        }
        if (endpoint.address().matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            try {
                return new InetSocketAddress(InetAddress.getByName(endpoint.address()), endpoint.port());
            } catch (UnknownHostException e) {
                // no address, then, but what the relay calls it
            }
        }
        return InetSocketAddress.createUnresolved(endpoint.address(), endpoint.port());
    }

    private ConnectionHandler reader(RelayedRequest request) {
        RelayedWebSocket socket = accepted.remove(request);
        if (socket == null) {
            throw new IllegalStateException("request: unknown (expected: one that was accepted)");
        }
        return new Reader(socket);
    }

    /** Hands on what a connection brings. */
    private final class Reader implements ConnectionHandler {

        private final RelayedWebSocket socket;

        Reader(RelayedWebSocket socket) {
            this.socket = socket;
        }

        @Override
        public void onOpen(RelayConnection connection) {
            standing.add(socket);
            socket.opened(new RelayedLine(connection));
        }

        @Override
        public void onText(RelayConnection connection, String text) {
            socket.heard(text);
        }

        @Override
        public void onBinary(RelayConnection connection, byte[] message) {
            socket.heard(message);
        }

        @Override
        public void onPong(RelayConnection connection, byte[] payload) {
            socket.heardPong(payload);
        }

        @Override
        public void onClose(RelayConnection connection, CloseStatus status) {
            try {
                socket.closedByPeer(status);
            } finally {
                standing.remove(socket);
            }
        }

        @Override
        public void onLost(RelayConnection connection, RelayException cause) {
            try {
                socket.lost(cause.getCause() instanceof ProtocolViolation violation ? violation : null);
            } finally {
                standing.remove(socket);
            }
        }
    }

    /**
     * A connection of the SDK's, to be written to.
     *
     * @param connection to the sender
     */
    private record RelayedLine(RelayConnection connection) implements Line {

        @Override
        public void send(boolean text, ByteBuffer part, boolean last) {
            if (text) {
                connection.sendTextPart(part, last);
            } else {
                connection.sendBinaryPart(part, last);
            }
        }

        @Override
        public void ping(ByteBuffer payload) {
            connection.sendPing(payload);
        }

        @Override
        public void close(CloseStatus status) {
            connection.close(status);
        }

        @Override
        public void abort() {
            connection.abort();
        }
    }

    // Lines that are lost.

    /**
     * Sets after how long a silence connections are looked after. Each is pinged in this interval, and after one and a half
     * of it without a word, or with nothing taken of what is queued, it is ended, and {@code onClose} told 1006. It is the
     * line to the relay that is watched so: a sender that vanishes is found out by the relay, which ends its connection.
     * While a callback takes its time nothing is ended for that.
     *
     * @param connectionLostTimeout in seconds; 0 or less for none. 60 unless told
     */
    @Override
    public void setConnectionLostTimeout(int connectionLostTimeout) {
        super.setConnectionLostTimeout(connectionLostTimeout);
        if (ready.getCount() == 0) {
            scheduleCheck();
        }
    }

    private void scheduleCheck() {
        int seconds = getConnectionLostTimeout();
        lock.lock();
        try {
            cancelCheck();
            if (seconds > 0 && !stopping.get()) {
                // the one thread of all deadlines must not wait for a program's onPreparePing
                nextCheck = Deadlines.after(
                        Duration.ofSeconds(seconds), () -> THREADS.execute(() -> check(Duration.ofSeconds(seconds))));
            }
        } finally {
            lock.unlock();
        }
    }

    private void cancelCheck() {
        lock.lock();
        try {
            if (nextCheck != null) {
                nextCheck.cancel(false);
                nextCheck = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void check(Duration interval) {
        for (RelayedWebSocket socket : standing) {
            try {
                socket.checkLine(interval.multipliedBy(3).dividedBy(2));
            } catch (RuntimeException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "a connection was not looked after: {0}", e.toString());
            }
        }
        scheduleCheck();
    }

    // What Java-WebSocket calls, and programs may override as on a port.

    @Override
    public final void onWebsocketMessage(WebSocket conn, String message) {
        onMessage(conn, message);
    }

    @Override
    public final void onWebsocketMessage(WebSocket conn, ByteBuffer blob) {
        onMessage(conn, blob);
    }

    @Override
    public final void onWebsocketOpen(WebSocket conn, Handshakedata handshake) {
        if (addConnection(conn)) {
            onOpen(conn, (ClientHandshake) handshake);
        }
    }

    @Override
    public final void onWebsocketClose(WebSocket conn, int code, String reason, boolean remote) {
        if (removeConnection(conn)) {
            onClose(conn, code, reason, remote);
        }
    }

    @Override
    public final void onWebsocketError(@Nullable WebSocket conn, Exception ex) {
        onError(conn, ex);
    }

    /** Does nothing: what is sent is written by a thread that waits for it. */
    @Override
    public final void onWriteDemand(WebSocket conn) {}

    @Override
    public void onWebsocketCloseInitiated(WebSocket conn, int code, String reason) {
        onCloseInitiated(conn, code, reason);
    }

    @Override
    public void onWebsocketClosing(WebSocket conn, int code, String reason, boolean remote) {
        onClosing(conn, code, reason, remote);
    }

    /**
     * Enters a connection that was opened.
     *
     * @param ws a connection of this server
     * @return whether {@code onOpen} is to be called
     */
    protected boolean addConnection(WebSocket ws) {
        if (stopping.get()) {
            ws.close(CloseFrame.GOING_AWAY);
            return true;
        }
        synchronized (connections) {
            return connections.add(ws);
        }
    }

    /**
     * Removes a connection that ended.
     *
     * @param ws a connection of this server
     * @return whether {@code onClose} is to be called
     */
    protected boolean removeConnection(WebSocket ws) {
        synchronized (connections) {
            return connections.remove(ws);
        }
    }

    // Callbacks.

    /**
     * A connection stands; what it asked for is in the handshake.
     *
     * @param conn takes messages from now on
     * @param handshake the sender's request
     */
    public abstract void onOpen(WebSocket conn, ClientHandshake handshake);

    /**
     * A connection has ended.
     *
     * @param conn takes nothing any more
     * @param code of {@link CloseFrame}, or the sender's own
     * @param reason the other side's or this one's words; may be empty
     * @param remote whether the sender ended it, or lost it
     */
    public abstract void onClose(WebSocket conn, int code, String reason, boolean remote);

    /**
     * A text came.
     *
     * @param conn where it came from
     * @param message may be empty
     */
    public abstract void onMessage(WebSocket conn, String message);

    /**
     * A binary message came; the buffer is the callee's. Does nothing unless overridden.
     *
     * @param conn where it came from
     * @param message from its position to its limit; may be empty
     */
    public void onMessage(WebSocket conn, ByteBuffer message) {}

    /**
     * Something failed: a callback, a rule that the sender broke, or the server's start.
     *
     * @param conn {@code null} if the relay refuses the server for good, or {@code onStart} failed: it is stopped then
     * @param ex what failed
     */
    public abstract void onError(@Nullable WebSocket conn, Exception ex);

    /** Senders can reach the server, for the first time. */
    public abstract void onStart();

    /**
     * This side is about to close a connection, and may still send. Does nothing unless overridden.
     *
     * @param conn which is to end
     * @param code that the sender will be told
     * @param reason that the sender will be told; may be empty
     */
    public void onCloseInitiated(WebSocket conn, int code, String reason) {}

    /**
     * A connection is being closed, and takes no more to send. Does nothing unless overridden.
     *
     * @param conn which is ending
     * @param code of {@link CloseFrame}, or the sender's own
     * @param reason the other side's or this one's words; may be empty
     * @param remote whether the sender began it
     */
    public void onClosing(WebSocket conn, int code, String reason, boolean remote) {}

    // What programs ask.

    /** {@return a copy of the connections that are open, which cannot be changed} */
    @Override
    public Collection<WebSocket> getConnections() {
        synchronized (connections) {
            return Collections.unmodifiableCollection(new ArrayList<>(connections));
        }
    }

    /** {@return the drafts that were given to the constructor} */
    public List<Draft> getDraft() {
        return drafts;
    }

    /** {@return the relay's host, not resolved, and port: where senders connect} {@link #getURI()} is all that they need. */
    public InetSocketAddress getAddress() {
        URI uri = getURI();
        int usual = uri.getScheme().equals("wss") ? 443 : 80;
        return InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort() < 0 ? usual : uri.getPort());
    }

    /** {@return the relay's port} */
    public int getPort() {
        return getAddress().getPort();
    }

    /** {@return where senders reach the server, such as {@code wss://relay.example.org/$hc/chat}} */
    public URI getURI() {
        return listener.address();
    }

    /** {@return {@link #getAddress()}: the address at which a sender reached this server} */
    @Override
    public InetSocketAddress getLocalSocketAddress(WebSocket conn) {
        return getAddress();
    }

    @Override
    public @Nullable InetSocketAddress getRemoteSocketAddress(WebSocket conn) {
        return conn.getRemoteSocketAddress();
    }

    /**
     * Takes a number that means something on a port only.
     *
     * @param numberOfConnections any; {@link #getMaxPendingConnections} gives it back
     */
    public void setMaxPendingConnections(int numberOfConnections) {
        maxPendingConnections = numberOfConnections;
    }

    /** {@return what {@link #setMaxPendingConnections} was told; -1 if nothing} */
    public int getMaxPendingConnections() {
        return maxPendingConnections;
    }

    /**
     * Cannot be had.
     *
     * @param wsf what made connections of sockets
     * @throws UnsupportedOperationException always
     */
    @SuppressWarnings("DoNotCallSuggester") // a program that is moved here calls it, and is to be told
    public final void setWebSocketFactory(WebSocketServerFactory wsf) {
        throw new UnsupportedOperationException(
                "setWebSocketFactory: " + wsf.getClass().getName()
                        + " (expected: none; the relay speaks TLS with senders, and RelayListener.Builder.sslContext says whom to"
                        + " trust there)");
    }

    // To many at once.

    /**
     * Sends a text to all connections. Waits where a queue is full, as every sending does.
     *
     * @param text may be empty
     */
    public void broadcast(String text) {
        broadcast(text, connections);
    }

    /**
     * Sends a binary message to all connections, as {@link #broadcast(String)} does a text.
     *
     * @param data copied
     */
    public void broadcast(byte[] data) {
        broadcast(data, connections);
    }

    /**
     * Sends a binary message to all connections, as {@link #broadcast(String)} does a text.
     *
     * @param data from its position to its limit; copied, and left as it is
     */
    public void broadcast(ByteBuffer data) {
        broadcast(data, connections);
    }

    /**
     * Sends a binary message to some connections, as {@link #broadcast(String)} does a text to all.
     *
     * @param data copied
     * @param clients those that are not open are passed over
     * @throws IllegalArgumentException if one of them is {@code null}
     */
    public void broadcast(byte @Nullable [] data, @Nullable Collection<WebSocket> clients) {
        broadcast(data == null ? null : ByteBuffer.wrap(data), clients);
    }

    /**
     * Sends a binary message to some connections, as {@link #broadcast(String)} does a text to all.
     *
     * @param data from its position to its limit; copied, and left as it is
     * @param clients those that are not open are passed over
     * @throws IllegalArgumentException if one of them is {@code null}
     */
    public void broadcast(@Nullable ByteBuffer data, @Nullable Collection<WebSocket> clients) {
        if (data == null || clients == null) {
            throw new IllegalArgumentException("data, clients: null (expected: a message, and whom to send it to)");
        }
        ByteBuffer own = RelayedWebSocket.copied(data);
        broadcast(clients, draft -> draft.createFrames(own, false));
    }

    /**
     * Sends a text to some connections, as {@link #broadcast(String)} does to all.
     *
     * @param text may be empty
     * @param clients those that are not open are passed over
     * @throws IllegalArgumentException if one of them is {@code null}
     */
    public void broadcast(@Nullable String text, @Nullable Collection<WebSocket> clients) {
        if (text == null || clients == null) {
            throw new IllegalArgumentException("text, clients: null (expected: a text, and whom to send it to)");
        }
        broadcast(clients, draft -> draft.createFrames(text, false));
    }

    private static void broadcast(Collection<WebSocket> clients, Function<Draft, List<Framedata>> message) {
        List<WebSocket> now;
        synchronized (clients) {
            now = new ArrayList<>(clients);
        }
        Map<Draft, List<Framedata>> frames = new HashMap<>();
        for (WebSocket client : now) {
            Draft draft = client.getDraft();
            if (draft != null) {
                try {
                    List<Framedata> made = frames.computeIfAbsent(draft, message);
                    if (client instanceof RelayedWebSocket relayed) {
                        relayed.sendOwned(made);
                    } else {
                        client.sendFrame(made);
                    }
                } catch (WebsocketNotConnectedException e) {
                    // it has left meanwhile
                }
            }
        }
    }
}
