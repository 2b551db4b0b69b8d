// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The ways to a relay: direct, or through the proxies that a selector names for it. Safe from any thread.
 *
 * <p>HTTP proxies are asked for a tunnel (RFC 9110, section 9.3.6) whether TLS is spoken to the relay or not, as WebSocket
 * clients do (RFC 6455, section 4.1), and are given a user name and a password in the scheme Basic (RFC 7617).
 */
public final class Proxies {

    /** No proxy, whatever the JVM is told. */
    static final Proxies NONE = new Proxies(ProxySelector.of(null), null);

    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

    /** The longest head of a proxy's answer. */
    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final @Nullable ProxySelector selector;
    private final @Nullable Authenticator authenticator;

    /** What proxies took before, so that they need not ask each time. */
    private final Map<String, String> credentials = new ConcurrentHashMap<>();

    /**
     * Makes a choice of ways.
     *
     * @param selector {@code null} stands for the JVM's default at the time of each dial
     * @param authenticator gives HTTP proxies what they ask for; {@code null} gives nothing
     */
    public Proxies(@Nullable ProxySelector selector, @Nullable Authenticator authenticator) {
        this.selector = selector;
        this.authenticator = authenticator;
    }

    /** {@return the ways to an address, in the order in which they are tried; at least one} */
    List<Proxy> to(WebSocketAddress target) throws IOException {
        ProxySelector asked = selector();
        URI uri = uri(target);
        if (asked == null || uri == null) {
            return DIRECT;
        }
        List<Proxy> named;
        try {
            named = asked.select(uri);
        } catch (RuntimeException e) {
            throw new IOException("the proxy selector failed: " + e.getMessage(), e);
        }
        return named == null || named.isEmpty() ? DIRECT : named;
    }

    private @Nullable ProxySelector selector() {
        return selector == null ? ProxySelector.getDefault() : selector;
    }

    /** Selectors know the schemes of HTTP, and nothing of WebSockets. The path can be a credential, and stays here. */
    private static @Nullable URI uri(WebSocketAddress target) {
        try {
            return new URI(target.secure() ? "https" : "http", null, target.host(), target.port(), "/", null, null);
        } catch (URISyntaxException e) {
            // a name with an underscore, which no selector can be asked about
            return null;
        }
    }

    /** Tells the selector that a proxy cannot be reached. */
    void failed(WebSocketAddress target, Proxy proxy, IOException failure) {
        ProxySelector asked = selector();
        URI uri = uri(target);
        if (asked != null && uri != null && proxy.address() != null) {
            asked.connectFailed(uri, proxy.address(), failure);
        }
    }

    /** {@return what messages call a proxy} */
    static String name(Proxy proxy) {
        InetSocketAddress address = address(proxy);
        return "the " + (proxy.type() == Proxy.Type.SOCKS ? "SOCKS " : "") + "proxy " + address.getHostString() + ":"
                + address.getPort();
    }

    static InetSocketAddress address(Proxy proxy) {
        return (InetSocketAddress) proxy.address();
    }

    /** {@return the credentials that a proxy took before; empty if it has asked for none} */
    String known(Proxy proxy) {
        return credentials.getOrDefault(name(proxy), "");
    }

    /** Forgets credentials that a proxy does not take. */
    void forget(Proxy proxy) {
        credentials.remove(name(proxy));
    }

    /**
     * {@return what to give to a proxy that asks} Blocks as long as the authenticator does.
     *
     * @throws ProxyRefused if there is nothing that it would take
     */
    String ask(Proxy proxy, WebSocketAddress target, ProxyRefused refusal) throws IOException {
        if (!refusal.takesBasic()) {
            throw refusal.saying(name(proxy) + " wants a kind of authentication that is not spoken here: "
                    + refusal.kinds() + " (expected: Basic)");
        }
        if (authenticator == null) {
            throw refusal;
        }
        InetSocketAddress address = address(proxy);
        PasswordAuthentication given;
        try {
            given = authenticator.requestPasswordAuthenticationInstance(
                    address.getHostString(),
                    address.getAddress(),
                    address.getPort(),
                    "http",
                    refusal.realm(),
                    "Basic",
                    Objects.requireNonNull(uri(target), "uri").toURL(),
                    Authenticator.RequestorType.PROXY);
        } catch (RuntimeException e) {
            throw new IOException("the authenticator for " + name(proxy) + " failed: " + e.getMessage(), e);
        }
        if (given == null) {
            throw refusal;
        }
        String pair = given.getUserName() + ":" + new String(given.getPassword());
        String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        credentials.put(name(proxy), basic);
        return basic;
    }

    /**
     * Asks an HTTP proxy for a tunnel. Blocks.
     *
     * @param socket connected to the proxy
     * @param authorization the value of the header; empty for none
     * @throws ProxyRefused if the proxy says no
     */
    static void tunnel(Socket socket, Proxy proxy, WebSocketAddress target, String authorization) throws IOException {
        String authority = target.host() + ":" + target.port();
        String request = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n"
                + (authorization.isEmpty() ? "" : "Proxy-Authorization: " + authorization + "\r\n") + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        ResponseHead head;
        do {
            head = head(socket.getInputStream(), proxy);
        } while (head.statusCode() < 200);
        if (head.statusCode() >= 300) {
            throw ProxyRefused.of(name(proxy), target, head);
        }
    }

    /** Reads byte by byte: what stands behind the head is the relay's. */
    private static ResponseHead head(InputStream in, Proxy proxy) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        boolean lineIsEmpty = false;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException(name(proxy) + " ended the connection before an answer");
            }
            if (head.size() == MAX_HEAD_BYTES) {
                throw new ProtocolException(
                        name(proxy) + " answers with a head longer than " + MAX_HEAD_BYTES + " bytes");
            }
            head.write(octet);
            if (octet == '\n' && lineIsEmpty) {
                break;
            }
            lineIsEmpty = octet == '\n' || (octet == '\r' && lineIsEmpty);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        try {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            return ResponseHead.parse(bytes, 0, bytes.length);
        } catch (ProtocolException e) {
            ProtocolException told = new ProtocolException(name(proxy) + " does not answer in HTTP/1.1");
            told.initCause(e);
            throw told;
        }
    }
}
