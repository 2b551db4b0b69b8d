// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpPrincipal;
import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.client.http.RelayedHttpResponse;
import dev.fairlead.client.internal.UrlText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A request that came through the relay, as the handlers of the JDK's server see one. */
final class RelayedHttpExchange extends HttpExchange {

    private static final System.Logger LOGGER = System.getLogger(RelayedHttpServer.class.getName());

    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final RelayedExchange relayed;
    private final URI uri;
    private final RelayedContext context;
    private final InetSocketAddress local;
    private final Headers requestHeaders;
    private final Headers responseHeaders = new Headers();
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();
    private final RequestBody asked;
    private final ResponseBody answered;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private InputStream requestStream;
    private OutputStream responseStream;
    private volatile int status = -1;
    private volatile boolean closed;
    private @Nullable HttpPrincipal principal;

    /**
     * Takes a request.
     *
     * @param uri what {@link #uri(RelayedHttpRequest)} says
     * @param local where the sender came in
     */
    RelayedHttpExchange(RelayedExchange relayed, URI uri, RelayedContext context, InetSocketAddress local) {
        this.relayed = relayed;
        this.uri = uri;
        this.context = context;
        this.local = local;
        this.requestHeaders = new RequestHeaders(relayed.request());
        this.asked = new RequestBody(relayed.request().body());
        this.answered = new ResponseBody(this, relayed.response().body());
        this.requestStream = asked;
        this.responseStream = answered;
    }

    /** {@return path and query below the hybrid connection, as they would have come to a port} */
    static URI uri(RelayedHttpRequest request) {
        // what begins with two slashes would name a host
        String path = UrlText.path("/" + request.suffix()).replaceFirst("^/+", "/");
        return URI.create(path + (request.query().isEmpty() ? "" : "?" + UrlText.query(request.query())));
    }

    /** Has the context's filters, its authenticator and its handler answer. */
    void run() {
        if (relayed.isCancelled()) {
            return;
        }
        try {
            List<Filter> filters = new ArrayList<>(context.getFilters());
            Authenticator authenticator = context.getAuthenticator();
            if (authenticator != null) {
                filters.add(new Authentication(this, authenticator));
            }
            HttpHandler handler = Objects.requireNonNull(context.getHandler());
            new Filter.Chain(filters, handler).doFilter(this);
        } catch (Exception | Error e) {
            fail(e);
        }
    }

    /** Waits until somebody has closed the answer; throws what went wrong if nobody can any more. */
    void awaitEnd() throws Exception {
        try {
            end.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception failure ? failure : e;
        }
    }

    /** Ends the exchange: its answer is complete. */
    void ends() throws IOException {
        closed = true;
        asked.close();
        end.complete(null);
    }

    /** Ends the exchange without a whole answer; without effect if it has ended. */
    void fail(Throwable failure) {
        closed = true;
        if (!end.completeExceptionally(failure)) {
            LOGGER.log(System.Logger.Level.DEBUG, "a handler failed after its answer was complete", failure);
        }
    }

    void isOf(HttpPrincipal somebody) {
        principal = somebody;
    }

    @Override
    public Headers getRequestHeaders() {
        return requestHeaders;
    }

    @Override
    public Headers getResponseHeaders() {
        return responseHeaders;
    }

    @Override
    public URI getRequestURI() {
        return uri;
    }

    @Override
    public String getRequestMethod() {
        return relayed.request().method();
    }

    @Override
    public HttpContext getHttpContext() {
        return context;
    }

    @Override
    public InputStream getRequestBody() {
        return requestStream;
    }

    @Override
    public OutputStream getResponseBody() {
        return responseStream;
    }

    @Override
    public void setStreams(@Nullable InputStream i, @Nullable OutputStream o) {
        if (i != null) {
            requestStream = i;
        }
        if (o != null) {
            responseStream = o;
        }
    }

    @Override
    public void sendResponseHeaders(int rCode, long responseLength) throws IOException {
        if (answered.isTold()) {
            throw new IOException("headers already sent");
        }
        if (closed) {
            throw new IOException("the exchange was closed");
        }
        if (responseLength < -1) {
            throw new IllegalArgumentException("responseLength: " + responseLength
                    + " (expected: the number of bytes, 0 for as many as come, or -1 for none)");
        }
        boolean bodiless = rCode == NO_CONTENT
                || rCode == NOT_MODIFIED
                || getRequestMethod().equals("HEAD");
        if (!bodiless && responseLength == 0) {
            responseHeaders.set("Transfer-Encoding", "chunked");
        } else if (!bodiless) {
            responseHeaders.set("Content-Length", String.valueOf(Math.max(responseLength, 0)));
        }
        tell(rCode);
        status = rCode;
        if (bodiless || responseLength == -1) {
            answered.takes(0);
            close();
        } else if (responseLength == 0) {
            answered.takesAny();
        } else {
            answered.takes(responseLength);
        }
    }

    /** The first value takes the place of one that a try before this left. */
    private void tell(int code) {
        RelayedHttpResponse answer = relayed.response();
        answer.status(code);
        responseHeaders.forEach((name, values) -> {
            boolean first = true;
            for (String value : values) {
                if (first) {
                    answer.header(name, value);
                } else {
                    answer.addHeader(name, value);
                }
                first = false;
            }
        });
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!answered.isTold()) {
            fail(new IOException("the exchange was closed without an answer"));
            return;
        }
        try {
            asked.close();
            responseStream.close();
            answered.close();
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public int getResponseCode() {
        return status;
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return Addresses.of(
                relayed.request().remoteEndpoint().address(),
                relayed.request().remoteEndpoint().port());
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return local;
    }

    @Override
    public String getProtocol() {
        return "HTTP/1.1";
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        Object own = attributes.get(name);
        return own == null ? context.getAttributes().get(name) : own;
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        if (value == null) {
            attributes.remove(name);
        } else {
            attributes.put(name, value);
        }
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return principal;
    }

    @Override
    public String toString() {
        return "RelayedHttpExchange[" + relayed.request() + "]";
    }
}
