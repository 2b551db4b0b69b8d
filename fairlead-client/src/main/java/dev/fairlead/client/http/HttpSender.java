// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.http;

import dev.fairlead.client.internal.Entrance;
import dev.fairlead.client.internal.UrlText;
import dev.fairlead.client.spi.Token;
import dev.fairlead.client.spi.TokenSource;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Objects;

/**
 * Where a hybrid connection takes plain HTTP requests, and the token that it takes them with. Whichever HTTP client a program
 * has sends them: the JDK's is given a request to complete, for which the module {@code java.net.http} is needed; and
 * {@link HttpCall} sends and reads at once, whatever the lengths are. By which proxies a request goes is its client's matter:
 * {@code HttpClient.Builder.proxy}, and {@link HttpCall#proxy}. Does not change; safe from any thread.
 *
 * <pre>{@code
 * HttpSender hello = HttpSender.of(ConnectionString.parse(secret), "hello");
 * HttpRequest request = hello.request("greetings/7?loud").GET().build();
 * HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
 * }</pre>
 */
public final class HttpSender {

    private final Entrance entrance;

    private HttpSender(Entrance entrance) {
        this.entrance = entrance.complete();
    }

    /**
     * {@return a sender to the hybrid connection that a connection string names as its {@code EntityPath}} Without key and
     * signature it sends no token, which hybrid connections for anonymous senders take.
     *
     * @param connectionString names the relay, the key and the hybrid connection
     * @throws IllegalArgumentException if the string's ready token is none
     * @throws IllegalStateException if it names no hybrid connection
     */
    public static HttpSender of(ConnectionString connectionString) {
        return new HttpSender(Entrance.of(connectionString));
    }

    /**
     * {@return a sender to a hybrid connection}
     *
     * @param connectionString names the relay and the key
     * @param path plain, not encoded; may have several segments
     * @throws IllegalArgumentException if the string's ready token is none, or it names another hybrid connection
     * @throws dev.fairlead.protocol.address.InvalidAddress if it cannot be a path
     */
    public static HttpSender of(ConnectionString connectionString, String path) {
        return new HttpSender(Entrance.of(connectionString).at(path));
    }

    /**
     * {@return a sender whose tokens come from elsewhere}
     *
     * @param address {@code sb://host/path}; {@code https} means the same, {@code http} a plain port
     * @param tokens asked for each request
     * @throws IllegalArgumentException if the address is no relay's
     * @throws IllegalStateException if it names no hybrid connection
     */
    public static HttpSender of(URI address, TokenSource tokens) {
        return new HttpSender(Entrance.of(address, Objects.requireNonNull(tokens, "tokens")));
    }

    /** {@return the hybrid connection's own address} */
    public URI uri() {
        return uri("");
    }

    /**
     * {@return an address below the hybrid connection}
     *
     * @param below path and query as they stand in a URL, with or without a slash in front; what may not stand there is
     *     escaped, and escapes that are there stay. Parameters that begin with {@code sb-hc-} are the relay's, and end there.
     *     Empty for the hybrid connection itself
     */
    public URI uri(String below) {
        int mark = below.indexOf('?');
        String path = mark < 0 ? below : below.substring(0, mark);
        String base = entrance.base().replaceFirst("^ws", "http") + "/"
                + entrance.path().encoded();
        return URI.create(base
                + (path.isEmpty() || path.startsWith("/") ? "" : "/")
                + UrlText.path(path)
                + (mark < 0 ? "" : "?" + UrlText.query(below.substring(mark + 1))));
    }

    /**
     * {@return a request to the hybrid connection itself} See {@link #request(String)}.
     *
     * @throws IOException if there is no token at the moment
     */
    public HttpRequest.Builder request() throws IOException {
        return request("");
    }

    /**
     * {@return a request with the address and a fresh token, in the header {@code ServiceBusAuthorization}; all else is the
     * caller's to tell}
     *
     * @param below see {@link #uri(String)}
     * @throws IOException if there is no token at the moment
     */
    public HttpRequest.Builder request(String below) throws IOException {
        // the JDK's client would ask for HTTP/2 by an upgrade, which is no matter of a relayed request
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(below)).version(HttpClient.Version.HTTP_1_1);
        Token token = entrance.token();
        if (token != null) {
            request.setHeader(RelayHeaders.SERVICE_BUS_AUTHORIZATION, token.text());
        }
        return request;
    }

    /**
     * {@return a request to be told more of, and sent}
     *
     * @param method such as {@code POST}
     * @param below see {@link #uri(String)}
     * @throws IllegalArgumentException if the method is no token, or CONNECT
     */
    public HttpCall call(String method, String below) {
        return new HttpCall(entrance, method, uri(below));
    }

    @Override
    public String toString() {
        return "HttpSender[" + entrance.path() + "]";
    }
}
