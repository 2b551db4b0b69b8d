// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.UpgradeKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connects, by a proxy if there is one on the way, and upgrades (RFC 6455, section 4.1). TLS peers must prove the name that
 * was dialled. Safe from any thread.
 */
public final class Dialer {

    /** Seconds and probes until the system notices a peer that vanished, where it can be told. */
    private static final Map<String, Integer> KEEP_ALIVE =
            Map.of("TCP_KEEPIDLE", 60, "TCP_KEEPINTERVAL", 15, "TCP_KEEPCOUNT", 4);

    private final @Nullable SSLContext sslContext;
    private final Proxies proxies;
    private final SecureRandom random = new SecureRandom();

    /**
     * Makes a dialer.
     *
     * @param sslContext whom to trust; {@code null} stands for the JVM's default
     */
    public Dialer(@Nullable SSLContext sslContext, Proxies proxies) {
        this.sslContext = sslContext;
        this.proxies = proxies;
    }

    /**
     * {@return a dialer that passes every proxy by}
     *
     * @param sslContext whom to trust; {@code null} stands for the JVM's default
     */
    public static Dialer direct(@Nullable SSLContext sslContext) {
        return new Dialer(sslContext, Proxies.NONE);
    }

    /**
     * Connects to an address and upgrades there. Blocks.
     *
     * @param headers beside those that the upgrade itself needs
     * @param subprotocols offered, in order of preference; may be empty
     * @param limit for all of it together
     * @param scope ends the dial when it is closed
     * @throws HandshakeRefused if the answer is not {@code 101}
     * @throws SocketTimeoutException if the limit has passed
     */
    public FrameSocket dial(
            String address, List<Header> headers, List<String> subprotocols, Duration limit, SocketScope scope)
            throws IOException {
        WebSocketAddress target = WebSocketAddress.parse(address);
        return reach(target, limit, scope, (raw, socket) -> {
            FrameSocket connection = new FrameSocket(raw, socket);
            upgrade(connection, target, headers, subprotocols);
            return connection;
        });
    }

    /**
     * What is made of a connected socket, within the dial's limit.
     *
     * @param <T> what is made
     */
    interface Reached<T> {

        /**
         * Makes it.
         *
         * @param raw the TCP connection; closing it ends whatever blocks
         * @param socket the same, or the TLS layer above it
         */
        T with(Socket raw, Socket socket) throws IOException;
    }

    /** A proxy is not there, so that another way may be tried. */
    private static final class ProxyUnreachable extends IOException {

        private static final long serialVersionUID = 1L;

        ProxyUnreachable(String message, IOException cause) {
            super(message, cause);
        }
    }

    /** Connects, and makes something of the socket. Blocks. */
    <T> T reach(WebSocketAddress target, Duration limit, SocketScope scope, Reached<T> use) throws IOException {
        long end = System.nanoTime() + Deadlines.nanos(limit);
        IOException failure = null;
        for (Proxy proxy : proxies.to(target)) {
            try {
                return reach(proxy, target, new Limit(limit, end), scope, use);
            } catch (ProxyUnreachable e) {
                proxies.failed(target, proxy, e);
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        throw failure == null ? new SocketException("there is no way to " + target) : failure;
    }

    /**
     * How long something may take.
     *
     * @param whole as it was told
     * @param end by {@link System#nanoTime}
     */
    private record Limit(Duration whole, long end) {

        Duration left() {
            return Duration.ofNanos(end - System.nanoTime());
        }

        SocketTimeoutException passed(String whom) {
            return new SocketTimeoutException(whom + " did not answer within " + whole.toMillis() + " ms");
        }
    }

    private <T> T reach(Proxy proxy, WebSocketAddress target, Limit limit, SocketScope scope, Reached<T> use)
            throws IOException {
        if (proxy.type() != Proxy.Type.HTTP) {
            return through(proxy, "", target, limit, scope, use);
        }
        try {
            return through(proxy, proxies.known(proxy), target, limit, scope, use);
        } catch (ProxyRefused e) {
            if (!e.wantsCredentials()) {
                throw e;
            }
            proxies.forget(proxy);
            // on a new connection: proxies may close the one on which they asked
            String given = proxies.ask(proxy, target, e);
            try {
                return through(proxy, given, target, limit, scope, use);
            } catch (ProxyRefused again) {
                proxies.forget(proxy);
                throw again.wantsCredentials()
                        ? again.saying(Proxies.name(proxy) + " does not take the user name and the password")
                        : again;
            }
        }
    }

    private <T> T through(
            Proxy proxy, String authorization, WebSocketAddress target, Limit limit, SocketScope scope, Reached<T> use)
            throws IOException {
        Socket raw = connect(proxy, target, limit.end(), scope);
        AtomicBoolean late = new AtomicBoolean();
        Future<?> deadline = Deadlines.after(limit.left(), () -> {
            late.set(true);
            closeQuietly(raw);
        });
        String awaited = target.toString();
        try {
            if (proxy.type() == Proxy.Type.HTTP) {
                awaited = Proxies.name(proxy);
                Proxies.tunnel(raw, proxy, target, authorization);
                awaited = target.toString();
            }
            T reached = use.with(raw, target.secure() ? secured(raw, target) : raw);
            deadline.cancel(false);
            scope.leave(raw);
            if (late.get()) {
                throw new SocketTimeoutException("closed at the deadline");
            }
            return reached;
        } catch (IOException | RuntimeException e) {
            deadline.cancel(false);
            closeQuietly(raw);
            leaveQuietly(scope, raw);
            if (late.get()) {
                throw limit.passed(awaited);
            }
            throw e;
        }
    }

    private static Socket connect(Proxy proxy, WebSocketAddress target, long end, SocketScope scope)
            throws IOException {
        if (proxy.type() == Proxy.Type.DIRECT) {
            return connect(target.bareHost(), target.port(), end, scope);
        }
        if (!(proxy.address() instanceof InetSocketAddress address)) {
            throw new IOException("the proxy selector names a proxy without an address that can be dialled");
        }
        try {
            return proxy.type() == Proxy.Type.HTTP
                    ? connect(address.getHostString(), address.getPort(), end, scope)
                    : connect(new Socket(proxy), unresolved(target), end, scope);
        } catch (IOException e) {
            String why = e instanceof UnknownHostException ? "unknown host" : e.getMessage();
            throw new ProxyUnreachable(
                    Proxies.name(proxy)
                            + (proxy.type() == Proxy.Type.HTTP
                                    ? " cannot be reached: "
                                    : " does not connect to the relay: ")
                            + why,
                    e);
        }
    }

    /** The name is the SOCKS proxy's to resolve; an address is sent as one. */
    private static InetSocketAddress unresolved(WebSocketAddress target) throws IOException {
        String host = target.bareHost();
        return host.matches("[0-9.]+|.*:.*")
                ? new InetSocketAddress(InetAddress.getByName(host), target.port())
                : InetSocketAddress.createUnresolved(host, target.port());
    }

    /** Tries every address of the host: one name can stand for an IPv6 address that nobody serves, and an IPv4 one. */
    private static Socket connect(String host, int port, long end, SocketScope scope) throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(host)) {
            try {
                // without the JVM's SOCKS proxy, which a bare socket would go by: the way is chosen already
                return connect(new Socket(Proxy.NO_PROXY), new InetSocketAddress(address, port), end, scope);
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        throw failure == null ? new SocketException("no address of " + host) : failure;
    }

    private static Socket connect(Socket socket, InetSocketAddress address, long end, SocketScope scope)
            throws IOException {
        scope.enter(socket);
        Duration left = Duration.ofNanos(end - System.nanoTime());
        AtomicBoolean late = new AtomicBoolean();
        Future<?> deadline = Deadlines.after(left, () -> {
            late.set(true);
            closeQuietly(socket);
        });
        try {
            if (left.toMillis() <= 0) {
                throw new SocketTimeoutException("no time left to connect to " + address);
            }
            prepare(socket);
            // with a time-out of its own the socket would stay in a mode in which each read takes three system calls
            socket.connect(address);
            deadline.cancel(false);
            if (late.get()) {
                throw new SocketException("closed at the deadline");
            }
            return socket;
        } catch (IOException e) {
            deadline.cancel(false);
            closeQuietly(socket);
            leaveQuietly(scope, socket);
            throw late.get() ? new SocketTimeoutException("no time left to connect to " + address) : e;
        }
    }

    private static void prepare(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (SocketOption<?> option : socket.supportedOptions()) {
            Integer value = KEEP_ALIVE.get(option.name());
            if (value != null && option.type() == Integer.class) {
                // found by name, so that no module beyond java.base is needed
                @SuppressWarnings("unchecked")
                SocketOption<Integer> number = (SocketOption<Integer>) option;
                socket.setOption(number, value);
            }
        }
    }

    private SSLSocket secured(Socket raw, WebSocketAddress target) throws IOException {
        SSLSocketFactory factory =
                sslContext == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : sslContext.getSocketFactory();
        SSLSocket secured = (SSLSocket) factory.createSocket(raw, target.bareHost(), target.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private void upgrade(
            FrameSocket connection, WebSocketAddress target, List<Header> headers, List<String> subprotocols)
            throws IOException {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        StringBuilder request = new StringBuilder("GET ")
                .append(target.target())
                .append(" HTTP/1.1\r\nHost: ")
                .append(target.hostHeader())
                .append(
                        "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ")
                .append(key)
                .append("\r\n");
        if (!subprotocols.isEmpty()) {
            request.append("Sec-WebSocket-Protocol: ")
                    .append(String.join(", ", subprotocols))
                    .append("\r\n");
        }
        for (Header header : headers) {
            request.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        ResponseHead head =
                connection.exchange(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        check(head, key, subprotocols);
        connection.agreeOn(head.value("Sec-WebSocket-Protocol"));
    }

    private static void check(ResponseHead head, String key, List<String> subprotocols) throws IOException {
        if (head.statusCode() != 101) {
            throw new HandshakeRefused(head.statusCode(), head.reason());
        }
        if (!head.value("Upgrade").equalsIgnoreCase("websocket")
                || !head.value("Connection").matches("(?i)(.*,)?\\s*upgrade\\s*(,.*)?")) {
            throw new ProtocolException("the answer is 101, but not for a WebSocket");
        }
        if (!head.value("Sec-WebSocket-Accept").equals(UpgradeKey.accept(key))) {
            throw new ProtocolException("the answer does not fit the key of the request");
        }
        if (!head.value("Sec-WebSocket-Extensions").isEmpty()) {
            throw new ProtocolException("the answer names an extension that was not offered");
        }
        String chosen = head.value("Sec-WebSocket-Protocol");
        if (!chosen.isEmpty() && !subprotocols.contains(chosen)) {
            throw new ProtocolException("the answer names a subprotocol that was not offered");
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException goneAlready) {
            // closed is what it is
        }
    }

    private static void leaveQuietly(SocketScope scope, Socket socket) {
        try {
            scope.leave(socket);
        } catch (IOException scopeClosed) {
            // the failure that led here says more
        }
    }
}
