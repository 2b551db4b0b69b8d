// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.RelayedPath;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.RemoteEndpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A sender's request for a connection, as the relay tells a listener of it. Does not change; safe from any thread. */
public final class RelayedRequest {

    private final String id;
    private final HybridPath path;
    private final String suffix;
    private final String query;
    private final Map<String, String> headers;
    private final List<String> subprotocols;
    private final RelayedPath target;
    private final boolean secure;
    private final RemoteEndpoint remoteEndpoint;

    /**
     * Reads what the relay says.
     *
     * @throws dev.fairlead.protocol.address.InvalidAddress if the sender's path cannot be one
     */
    RelayedRequest(ControlMessage.Accept accept, HybridPath listener) {
        RelayTarget dialled = RelayTarget.parse(accept.address());
        this.id = accept.id();
        this.secure = accept.address().startsWith("wss:");
        this.path = dialled.path();
        boolean below = listener.isWholeSegmentPrefixOf(path);
        this.suffix = below ? path.below(listener) : "";
        this.query = dialled.rawApplicationQuery();
        this.target = RelayedPath.of(dialled.requestTarget(below ? listener : HybridPath.EMPTY), listener);
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(accept.connectHeaders());
        this.headers = Collections.unmodifiableMap(byName);
        this.subprotocols = tokens(byName.getOrDefault("Sec-WebSocket-Protocol", ""));
        this.remoteEndpoint = accept.remoteEndpoint();
    }

    private static List<String> tokens(String list) {
        List<String> tokens = new ArrayList<>();
        for (String token : list.split(",", -1)) {
            if (!token.isBlank()) {
                tokens.add(token.strip());
            }
        }
        return List.copyOf(tokens);
    }

    /** {@return what the relay calls this connection, for logs; empty if it does not say} */
    public String id() {
        return id;
    }

    /** {@return the decoded path that the sender asked for: the hybrid connection, and what stands below it} */
    public String path() {
        return path.spelled();
    }

    /** {@return what stands below the hybrid connection in the path, decoded, without a slash in front; may be empty} */
    public String suffix() {
        return suffix;
    }

    /** {@return the sender's query, encoded as it came, without a question mark; may be empty} */
    public String query() {
        return query;
    }

    /** {@return whether the relay is spoken to over TLS} */
    boolean isSecure() {
        return secure;
    }

    /** {@return path and query with what a normal form loses: a slash at the end, escaped slashes} */
    RelayedPath target() {
        return target;
    }

    /** {@return the headers of the sender's upgrade request; names in any letter case, several values joined by a comma} */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * {@return the value of a header, whose name may be in any letter case}
     *
     * @param name such as {@code Origin}
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** {@return the subprotocols that the sender offers, in order of its preference; may be empty} */
    public List<String> subprotocols() {
        return subprotocols;
    }

    /** {@return where the sender connected from, as the relay saw it} */
    public RemoteEndpoint remoteEndpoint() {
        return remoteEndpoint;
    }

    /** {@return the path and the sender's address: query and headers can hold secrets} */
    @Override
    public String toString() {
        return "RelayedRequest[path=" + path + ", remoteEndpoint=" + remoteEndpoint + "]";
    }
}
