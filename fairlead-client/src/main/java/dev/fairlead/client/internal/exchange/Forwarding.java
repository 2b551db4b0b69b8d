// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.client.http.RelayedHttpResponse;
import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.client.internal.Dialer;
import dev.fairlead.client.internal.HttpLine;
import dev.fairlead.client.internal.HttpLines;
import dev.fairlead.client.internal.RelayedPath;
import dev.fairlead.client.internal.UrlText;
import dev.fairlead.client.internal.WebSocketAddress;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.RelayHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Has a local server answer requests. Both bodies flow at once: a server may answer before it has read all. Requests go as
 * HTTP/1.1 over sockets of our own, since the JDK's client reads no answer before the request's end, and tells neither
 * reason phrases nor the spelling of headers.
 */
public final class Forwarding implements RequestHandler {

    private static final System.Logger LOGGER = System.getLogger(RelayedExchange.class.getName());

    /** How long an answer of unknown length may turn out to be a short one, which the control channel takes. */
    private static final Duration FIRST_LINGER = Duration.ofMillis(5);

    private static final int PART_BYTES = 32 * 1024;

    /** What may be asked twice: it changes nothing (RFC 9110, section 9.2.1), and has no body here. */
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS");

    private final URI target;
    private final WebSocketAddress server;
    private final HttpLines lines;
    private final Executor threads = new ConnectionThreads("fairlead-forward");

    /**
     * Makes a forwarder.
     *
     * @param target scheme, host, port and path
     * @throws IllegalArgumentException if it names no server
     */
    public Forwarding(URI target, Dialer dialer, Duration connectTimeout) {
        this.target = target;
        try {
            this.server = WebSocketAddress.parse(target.toString());
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("target: " + e.getMessage(), e);
        }
        this.lines = new HttpLines(dialer, server, connectTimeout);
    }

    /** {@return path and query that a target is asked for, for what a sender asks of a hybrid connection} */
    public static String requestTarget(URI target, RelayedPath asked) {
        String base = target.getRawPath() == null ? "" : target.getRawPath();
        String trimmed = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        String path = asked.below().isEmpty() ? base : trimmed + UrlText.path(asked.below());
        return (path.isEmpty() ? "/" : path) + (asked.query().isEmpty() ? "" : "?" + UrlText.query(asked.query()));
    }

    /** {@return the hybrid connection's own path, with a slash in front} */
    public static String prefix(RelayedPath asked) {
        return UrlText.path(
                asked.path().substring(0, asked.path().length() - asked.below().length()));
    }

    @Override
    public void handle(RelayedExchange exchange) throws IOException {
        RelayedHttpRequest request = exchange.request();
        RelayedHttpResponse answer = exchange.response();
        if (!RelayHeaders.isToken(request.method()) || request.method().equalsIgnoreCase("CONNECT")) {
            answer.status(400).send("The method cannot be forwarded\n");
            return;
        }
        if (!ask(exchange, isRepeatable(request))) {
            // a server ends idle connections at any moment, and was faster
            boolean asked = ask(exchange, false);
            assert asked;
        }
    }

    private static boolean isRepeatable(RelayedHttpRequest request) {
        return REPEATABLE.contains(request.method())
                && request.bodyLength().isPresent()
                && request.bodyLength().getAsLong() == 0;
    }

    /** {@return whether the request is answered; if not, it never reached the server} */
    private boolean ask(RelayedExchange exchange, boolean again) throws IOException {
        HttpLine line;
        try {
            line = again ? lines.take() : lines.dial();
        } catch (IOException e) {
            unanswered(exchange, e, "cannot be reached");
            return true;
        }
        AtomicReference<@Nullable HttpLine> held = new AtomicReference<>(line);
        exchange.onCancel(() -> drop(held));
        try {
            forward(exchange, line, held);
        } catch (IOException e) {
            drop(held);
            if (line.isMissed() && !exchange.isCancelled()) {
                return false;
            }
            unanswered(exchange, e, "did not answer");
        }
        return true;
    }

    /** Who takes it out is the one who closes it or gives it on: it may be somebody else's the next moment. */
    private static void drop(AtomicReference<@Nullable HttpLine> held) {
        HttpLine line = held.getAndSet(null);
        if (line != null) {
            line.close();
        }
    }

    private void unanswered(RelayedExchange exchange, IOException failure, String how) throws IOException {
        RelayedHttpResponse answer = exchange.response();
        boolean begun = answer instanceof Answer own ? !own.reset() : answer.isCommitted();
        if (exchange.isCancelled() || begun) {
            throw failure;
        }
        LOGGER.log(System.Logger.Level.DEBUG, "{0} {1}: {2}", target, how, failure.toString());
        answer.status(502);
        answer.header("Content-Type", "text/plain; charset=utf-8");
        answer.send("The local server " + how + "\n");
    }

    private void forward(RelayedExchange exchange, HttpLine line, AtomicReference<@Nullable HttpLine> held)
            throws IOException {
        RelayedHttpRequest request = exchange.request();
        line.writeHead(head(request));
        CompletableFuture<Void> sent = new CompletableFuture<>();
        OptionalLong length = request.bodyLength();
        if (length.isPresent() && length.getAsLong() == 0) {
            sent.complete(null);
        } else {
            threads.execute(() -> send(request, line, sent));
        }
        HttpLine.Reply reply = line.read(request.method());
        head(reply, exchange.response());
        copy(reply, exchange.response());
        if (!sent.isDone() || sent.isCompletedExceptionally()) {
            drop(held);
        } else if (held.getAndSet(null) != null) {
            lines.give(line);
        }
        exchange.response().body().close();
    }

    private String head(RelayedHttpRequest request) {
        RelayedPath path = request instanceof Question question
                ? question.relayedPath()
                : new RelayedPath(
                        request.path(), request.suffix().isEmpty() ? "" : "/" + request.suffix(), request.query());
        boolean secure = request instanceof Question question && question.isSecure();
        StringBuilder head = new StringBuilder(request.method())
                .append(' ')
                .append(requestTarget(target, path))
                .append(" HTTP/1.1\r\nHost: ")
                .append(server.hostHeader())
                .append("\r\n");
        OnwardHeaders.onward(request.headers(), request.remoteEndpoint(), secure, prefix(path))
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        OptionalLong length = request.bodyLength();
        if (length.isEmpty()) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (length.getAsLong() > 0 || !REPEATABLE.contains(request.method())) {
            head.append("Content-Length: ").append(length.getAsLong()).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /** Sends the body; a server that wants no more of it answers nevertheless. */
    private static void send(RelayedHttpRequest request, HttpLine line, CompletableFuture<Void> sent) {
        try {
            line.writeBody(request.body(), request.bodyLength().isEmpty());
            sent.complete(null);
        } catch (IOException e) {
            sent.completeExceptionally(e);
        }
    }

    private static void head(HttpLine.Reply reply, RelayedHttpResponse answer) {
        Set<String> ending = new HashSet<>();
        for (Header header : reply.headers()) {
            if (header.is("Connection")) {
                for (String name : header.value().split(",", -1)) {
                    ending.add(name.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        answer.status(reply.status(), oneLine(reply.reason()));
        for (Header header : reply.headers()) {
            if (RelayHeaders.isToken(header.name())
                    && !ending.contains(header.name().toLowerCase(Locale.ROOT))) {
                answer.addHeader(header.name(), oneLine(header.value()));
            }
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0A-\\x1F\\x7F]", " ");
    }

    /** What arrives leaves at once, but for answers that are short, or may turn out to be at their very beginning. */
    private static void copy(HttpLine.Reply reply, RelayedHttpResponse answer) throws IOException {
        boolean small = reply.length() >= 0 && reply.length() <= Answer.MOST_ON_CONTROL;
        OutputStream to = answer.body();
        if (isEventStream(reply)) {
            to.flush();
        }
        InputStream from = reply.body();
        byte[] part = new byte[PART_BYTES];
        boolean waited = false;
        for (int count = from.read(part); count >= 0; count = from.read(part)) {
            to.write(part, 0, count);
            if (small || from.available() > 0) {
                continue;
            }
            if (answer.isCommitted() || !(answer instanceof Answer own)) {
                to.flush();
            } else if (!waited) {
                waited = true;
                own.sendWithin(FIRST_LINGER);
            }
        }
    }

    private static boolean isEventStream(HttpLine.Reply reply) {
        return reply.headers().stream()
                .anyMatch(header -> header.is("Content-Type")
                        && header.value().toLowerCase(Locale.ROOT).startsWith("text/event-stream"));
    }
}
