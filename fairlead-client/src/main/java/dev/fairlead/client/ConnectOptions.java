// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.http.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a sender says of one connection beside the hybrid connection's name. Does not change; may be used again. */
public final class ConnectOptions {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Set<String> UPGRADES_OWN =
            Set.of("host", "connection", "upgrade", "content-length", "transfer-encoding", "servicebusauthorization");

    private final HybridPath suffix;
    private final String query;
    private final List<Header> headers;
    private final List<String> subprotocols;

    private ConnectOptions(Builder builder) {
        this.suffix = builder.suffix;
        this.query = builder.query;
        this.headers = List.copyOf(builder.headers);
        this.subprotocols = List.copyOf(builder.subprotocols);
    }

    /** {@return options that say nothing} */
    public static ConnectOptions none() {
        return builder().build();
    }

    /** {@return a builder of options} */
    public static Builder builder() {
        return new Builder();
    }

    HybridPath suffix() {
        return suffix;
    }

    String query() {
        return query;
    }

    List<Header> headers() {
        return headers;
    }

    List<String> subprotocols() {
        return subprotocols;
    }

    /** Gathers what is to be said. Not safe for several threads. */
    public static final class Builder {

        private HybridPath suffix = HybridPath.EMPTY;
        private String query = "";
        private final List<Header> headers = new ArrayList<>();
        private final List<String> subprotocols = new ArrayList<>();

        private Builder() {}

        /**
         * Names something below the hybrid connection, which the listener reads.
         *
         * @param path plain, not encoded; empty unless told
         * @return this builder
         * @throws dev.fairlead.protocol.address.InvalidAddress if it cannot be a path
         */
        public Builder suffix(String path) {
            this.suffix = HybridPath.of(path);
            return this;
        }

        /**
         * Sets the query that the listener reads.
         *
         * @param encoded as it stands in a URL, without a question mark; parameters that begin with {@code sb-hc-} are the
         *     relay's, and end there. Empty unless told
         * @return this builder
         * @throws IllegalArgumentException if it has a character that may not stand in a query
         */
        public Builder query(String encoded) {
            if (encoded.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '#')) {
                throw new IllegalArgumentException("query: not encoded (expected: printable ASCII without '#')");
            }
            this.query = encoded;
            return this;
        }

        /**
         * Adds a header that the listener reads.
         *
         * @param name a token (RFC 9110, section 5.6.2)
         * @param value without control characters
         * @return this builder
         * @throws IllegalArgumentException if it cannot be one, or is the upgrade's own
         */
        public Builder header(String name, String value) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!name.matches(TOKEN) || UPGRADES_OWN.contains(lower) || lower.startsWith("sec-websocket-")) {
                throw new IllegalArgumentException(
                        "header: " + name + " (expected: a header name, and none of the upgrade's own)");
            }
            if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
                throw new IllegalArgumentException("header: the value of " + name + " has a control character");
            }
            headers.add(new Header(name, value.strip()));
            return this;
        }

        /**
         * Offers a subprotocol; the first offered is preferred.
         *
         * @param name as it stands in {@code Sec-WebSocket-Protocol}
         * @return this builder
         * @throws IllegalArgumentException if it is no token (RFC 9110, section 5.6.2)
         */
        public Builder subprotocol(String name) {
            if (!name.matches(TOKEN)) {
                throw new IllegalArgumentException("subprotocol: " + name + " (expected: a token, such as chat.v1)");
            }
            subprotocols.add(name);
            return this;
        }

        /** {@return options of what was told so far} */
        public ConnectOptions build() {
            return new ConnectOptions(this);
        }
    }
}
