// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.http;

import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.client.internal.Dialer;
import dev.fairlead.client.internal.Entrance;
import dev.fairlead.client.internal.HttpLine;
import dev.fairlead.client.internal.HttpLines;
import dev.fairlead.client.internal.Proxies;
import dev.fairlead.client.internal.WebSocketAddress;
import dev.fairlead.client.spi.Token;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.RelayHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A plain HTTP request to a hybrid connection, over a connection of its own. Its body is sent while the answer is read, so a
 * listener may answer as it is asked; nothing of either is held. Sent once; not safe for several threads.
 */
public final class HttpCall {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Executor THREADS = new ConnectionThreads("fairlead-call");

    private final Entrance entrance;
    private final String method;
    private final URI uri;
    private final List<Header> headers = new ArrayList<>();
    private @Nullable InputStream body;
    private long bodyLength;
    private @Nullable SSLContext sslContext;
    private Proxies proxies = new Proxies(null, null);

    HttpCall(Entrance entrance, String method, URI uri) {
        if (!RelayHeaders.isToken(method) || method.equalsIgnoreCase("CONNECT")) {
            throw new IllegalArgumentException("method: " + method + " (expected: a token, such as GET, but CONNECT)");
        }
        this.entrance = entrance;
        this.method = method;
        this.uri = uri;
    }

    /**
     * Adds a header.
     *
     * @param name a token (RFC 9110, section 5.6.2)
     * @param value without control characters
     * @return this call
     * @throws IllegalArgumentException if it cannot be one, or is the connection's own
     */
    public HttpCall header(String name, String value) {
        if (!RelayHeaders.isToken(name)
                || RelayHeaders.isOfConnection(name)
                || name.equalsIgnoreCase("Host")
                || name.equalsIgnoreCase("Expect")) {
            throw new IllegalArgumentException(
                    "header: " + name + " (expected: a header name, and none of the connection's own)");
        }
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
            throw new IllegalArgumentException("header: the value of " + name + " has a control character");
        }
        headers.add(new Header(name, value.strip()));
        return this;
    }

    /**
     * Sets the body. None unless told.
     *
     * @param bytes not copied: not to be changed while the call lasts
     * @return this call
     */
    public HttpCall body(byte[] bytes) {
        this.body = new ByteArrayInputStream(bytes);
        this.bodyLength = bytes.length;
        return this;
    }

    /**
     * Sets the body, whose length shows at its end. None unless told.
     *
     * @param stream read on a thread of its own while the call lasts; the caller's to close
     * @return this call
     */
    public HttpCall body(InputStream stream) {
        this.body = Objects.requireNonNull(stream, "stream");
        this.bodyLength = -1;
        return this;
    }

    /**
     * Sets whom to trust where TLS is spoken. The JVM's default unless told.
     *
     * @param context its trust manager decides; the relay's name is checked in any case
     * @return this call
     */
    public HttpCall sslContext(SSLContext context) {
        this.sslContext = Objects.requireNonNull(context, "context");
        return this;
    }

    /**
     * Sets by which proxies the relay is reached, as {@link dev.fairlead.client.RelaySender.Builder#proxy(ProxySelector)} does:
     * HTTP proxies are asked for a tunnel, for a plain port as well. The JVM's default selector unless told.
     *
     * @param selector asked with each call
     * @return this call
     */
    public HttpCall proxy(ProxySelector selector) {
        this.proxies = new Proxies(Objects.requireNonNull(selector, "selector"), null);
        return this;
    }

    /**
     * Sets by which proxies the relay is reached, and what is given to an HTTP proxy that wants a user name and a password, as
     * {@link dev.fairlead.client.RelaySender.Builder#proxy(ProxySelector, Authenticator)} does.
     *
     * @param selector asked with each call
     * @param authenticator asked when a proxy wants a user name and a password
     * @return this call
     */
    public HttpCall proxy(ProxySelector selector, Authenticator authenticator) {
        this.proxies = new Proxies(
                Objects.requireNonNull(selector, "selector"), Objects.requireNonNull(authenticator, "authenticator"));
        return this;
    }

    /**
     * Sends the request, and waits for the head of the answer.
     *
     * @return the answer, which the caller closes
     * @throws IOException if there is no token, the relay cannot be reached, or it does not answer
     */
    public HttpReply send() throws IOException {
        Token token = entrance.token();
        WebSocketAddress relay = WebSocketAddress.parse(entrance.base());
        HttpLine line = new HttpLines(new Dialer(sslContext, proxies), relay, CONNECT_TIMEOUT).dial();
        try {
            line.writeHead(head(relay, token));
            InputStream sending = body;
            if (sending != null) {
                THREADS.execute(() -> send(line, sending));
            }
            return new HttpReply(line, line.read(method));
        } catch (IOException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    private void send(HttpLine line, InputStream sending) {
        try {
            line.writeBody(sending, bodyLength < 0);
        } catch (IOException goneOrAnswered) {
            // whoever reads the answer is told
        }
    }

    private String head(WebSocketAddress relay, @Nullable Token token) {
        StringBuilder head = new StringBuilder(method)
                .append(' ')
                .append(uri.getRawPath())
                .append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ")
                .append(relay.hostHeader())
                .append("\r\nConnection: close\r\n");
        if (token != null) {
            append(head, new Header(RelayHeaders.SERVICE_BUS_AUTHORIZATION, token.text()));
        }
        headers.forEach(header -> append(head, header));
        if (body != null && bodyLength < 0) {
            append(head, new Header("Transfer-Encoding", "chunked"));
        } else if (body != null) {
            append(head, new Header("Content-Length", String.valueOf(bodyLength)));
        }
        return head.append("\r\n").toString();
    }

    private static void append(StringBuilder head, Header header) {
        head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }

    /** {@return method and path: query and headers can hold secrets} */
    @Override
    public String toString() {
        return method + " " + uri.getPath();
    }
}
