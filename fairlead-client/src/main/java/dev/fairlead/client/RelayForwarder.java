// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.client.internal.Dialer;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.client.internal.HandshakeRefused;
import dev.fairlead.client.internal.RelayedPath;
import dev.fairlead.client.internal.SocketScope;
import dev.fairlead.client.internal.exchange.Forwarding;
import dev.fairlead.client.internal.exchange.OnwardHeaders;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.ReasonPhrase;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Has a local server answer what comes through a relay, plain requests and WebSockets alike, and streams both ways. Given to
 * {@link RelayListener.Builder#forwardTo}, or called by handlers of a program's own. Safe from any thread; may serve several
 * listeners.
 *
 * <h2>Addresses</h2>
 *
 * <p>What stands below the hybrid connection is appended to the target's path, and the query goes along: with the target
 * {@code http://localhost:8080/app} a request for {@code /hello/a?b} is one for {@code /app/a?b}. Pages and redirects pass
 * unchanged, so links relative to the page work, while those that begin with a slash or name the local server lead past the
 * hybrid connection; a server that can be told where it is seen reads it from {@code X-Forwarded-Prefix} ({@code /hello}),
 * {@code X-Forwarded-Host} and {@code X-Forwarded-Proto}. Enter with a slash at the end ({@code /hello/}), so that a page's
 * relative links stay below.
 *
 * <h2>What passes</h2>
 *
 * <p>Methods, headers but for those of one connection, bodies, statuses with their reason phrases. {@code Host} is the target's; the sender's address
 * is added to {@code X-Forwarded-For}. Redirects are not followed. Requests go as HTTP/1.1. WebSockets keep their subprotocol,
 * their kinds of messages, their last words with the codes, and go on in one direction when the other has ended; messages may
 * have any length. A refusal of the local server is the sender's answer. A local server that cannot be reached is 502. It is
 * reached without a proxy, whatever the JVM is told.
 */
public final class RelayForwarder implements RequestHandler {

    private static final System.Logger LOGGER = System.getLogger(RelayForwarder.class.getName());

    /** A local server is there at once or not at all; relays let senders wait for 30 s. */
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(10);

    private final URI target;
    private final Dialer dialer;
    private final Forwarding forwarding;
    private final SocketScope dials = new SocketScope();

    private RelayForwarder(URI target, @Nullable SSLContext sslContext) {
        String scheme = target.getScheme();
        if (!("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
                || target.getHost() == null
                || target.getRawUserInfo() != null
                || target.getRawQuery() != null
                || target.getRawFragment() != null) {
            throw new IllegalArgumentException("target: " + target
                    + " (expected: http://HOST[:PORT][/PATH], or https, and nothing behind the path)");
        }
        this.target = target;
        this.dialer = Dialer.direct(sslContext);
        this.forwarding = new Forwarding(target, dialer, DIAL_TIMEOUT);
    }

    /**
     * {@return a forwarder to a local server}
     *
     * @param target {@code http://HOST[:PORT][/PATH]}, or {@code https}
     * @throws IllegalArgumentException if it is anything else
     */
    public static RelayForwarder to(URI target) {
        return new RelayForwarder(target, null);
    }

    /**
     * {@return a forwarder to a local server}
     *
     * @param target {@code http://HOST[:PORT][/PATH]}, or {@code https}
     * @param sslContext whom to trust where TLS is spoken
     * @throws IllegalArgumentException if the target is anything else
     */
    public static RelayForwarder to(URI target, SSLContext sslContext) {
        return new RelayForwarder(target, sslContext);
    }

    /** {@return what requests are forwarded to} */
    public URI target() {
        return target;
    }

    /** Has the local server answer a request. */
    @Override
    public void handle(RelayedExchange exchange) throws Exception {
        forwarding.handle(exchange);
    }

    /**
     * Asks the local server whether it takes a connection. Blocks until it answers; a connection that it takes is joined to
     * the sender's, without a {@link ConnectionHandler}.
     *
     * @param request the sender's
     * @return the local server's answer; 502 if there is none
     */
    public Acceptance accept(RelayedRequest request) {
        RelayedPath path = request.target();
        String address = target.getScheme() + "://" + target.getRawAuthority() + Forwarding.requestTarget(target, path);
        List<Header> headers = OnwardHeaders.ofUpgrade(
                request.headers(), request.remoteEndpoint(), request.isSecure(), Forwarding.prefix(path));
        try {
            FrameSocket onward = dialer.dial(address, headers, request.subprotocols(), DIAL_TIMEOUT, dials);
            return Acceptance.joining(onward);
        } catch (HandshakeRefused e) {
            return refusal(e);
        } catch (SocketTimeoutException e) {
            return unreachable(e, "does not answer");
        } catch (IOException e) {
            return unreachable(e, "cannot be reached");
        }
    }

    private static Acceptance refusal(HandshakeRefused refused) {
        int status = refused.statusCode();
        if (status < 400 || status > 599) {
            return Acceptance.reject(502, "The local server answered " + status + " to a WebSocket");
        }
        String words = refused.reason().replaceAll("\\p{Cntrl}", " ").strip();
        return Acceptance.reject(status, words.isEmpty() ? ReasonPhrase.of(status) : words);
    }

    private Acceptance unreachable(IOException failure, String how) {
        LOGGER.log(System.Logger.Level.DEBUG, "{0} {1}: {2}", target, how, failure.toString());
        return Acceptance.reject(502, "The local server " + how);
    }

    @Override
    public String toString() {
        return "RelayForwarder[" + target + "]";
    }
}
