// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.client.internal.RelayedPath;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.RemoteEndpoint;
import java.io.InputStream;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What a control message says of a request, and the stream of its body. */
final class Question implements RelayedHttpRequest {

    private final ControlMessage.Request told;
    private final RelayedPath path;
    private final Map<String, String> headers;
    private final InputStream body;
    private final OptionalLong bodyLength;
    private final boolean secure;

    /**
     * Reads what the relay says.
     *
     * @param secure whether TLS is spoken to the relay
     */
    Question(
            ControlMessage.Request told,
            HybridPath listener,
            InputStream body,
            OptionalLong bodyLength,
            boolean secure) {
        this.told = told;
        this.secure = secure;
        this.path = RelayedPath.of(told.requestTarget(), listener);
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(told.requestHeaders());
        this.headers = Collections.unmodifiableMap(byName);
        this.body = body;
        this.bodyLength = bodyLength;
    }

    @Override
    public String id() {
        return told.id();
    }

    @Override
    public String method() {
        return told.method();
    }

    @Override
    public String target() {
        return path.path() + (path.query().isEmpty() ? "" : "?" + path.query());
    }

    @Override
    public String path() {
        return path.path();
    }

    @Override
    public String suffix() {
        return path.below().startsWith("/") ? path.below().substring(1) : path.below();
    }

    @Override
    public String query() {
        return path.query();
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    @Override
    public RemoteEndpoint remoteEndpoint() {
        return told.remoteEndpoint();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public OptionalLong bodyLength() {
        return bodyLength;
    }

    RelayedPath relayedPath() {
        return path;
    }

    boolean isSecure() {
        return secure;
    }

    /** {@return method and path: query and headers can hold secrets} */
    @Override
    public String toString() {
        return method() + " " + path();
    }
}
