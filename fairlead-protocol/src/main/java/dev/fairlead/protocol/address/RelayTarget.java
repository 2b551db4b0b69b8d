// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The request target of a WebSocket upgrade, taken apart; and the addresses that lead to one, put together.
 *
 * <p>Parameters that begin with {@code sb-hc-}, in any letter case, belong to the relay and everything else to the
 * application, whose part is kept byte for byte. Of a parameter that is given twice the first counts.
 */
public final class RelayTarget {

    private static final String PREFIX = "sb-hc-";

    private final boolean underRelay;
    private final String rawPath;
    private final HybridPath path;
    private final List<String> pairs;
    private final Action action;

    private RelayTarget(boolean underRelay, String rawPath, List<String> pairs) {
        this.underRelay = underRelay;
        this.rawPath = rawPath;
        this.path = HybridPath.ofEncoded(rawPath);
        this.pairs = pairs;
        String named = value(pairs, PREFIX + "action");
        this.action = named == null || named.isEmpty() ? Action.CONNECT : Action.parse(named);
    }

    /**
     * Takes a request target apart, be it in origin form ({@code /path?query}) or absolute.
     *
     * @param requestTarget as it stands in the request line
     * @return its parts
     * @throws InvalidAddress if its path cannot be one, or its action is unknown
     */
    public static RelayTarget parse(String requestTarget) {
        String target = originForm(requestTarget);
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        int below = belowRelay(path);
        return new RelayTarget(
                below >= 0, withoutSlashes(below >= 0 ? path.substring(below) : path), List.of(query.split("&", -1)));
    }

    /**
     * {@return whether a request target lies under {@code /$hc}} Unlike {@link #parse}, takes any text.
     *
     * @param requestTarget as it stands in the request line
     */
    public static boolean isUnderRelay(String requestTarget) {
        String target = originForm(requestTarget);
        int mark = target.indexOf('?');
        return belowRelay(mark < 0 ? target : target.substring(0, mark)) >= 0;
    }

    private static String originForm(String requestTarget) {
        int authority = requestTarget.indexOf("://");
        if (requestTarget.startsWith("/") || authority < 0) {
            return requestTarget;
        }
        for (int i = authority + 3; i < requestTarget.length(); i++) {
            char c = requestTarget.charAt(i);
            if (c == '/') {
                return requestTarget.substring(i);
            }
            if (c == '?') {
                return "/" + requestTarget.substring(i);
            }
        }
        return "/";
    }

    /** {@return the index behind {@code /$hc}, or a negative number if the path does not begin with it} */
    private static int belowRelay(String path) {
        int start = path.length() - withoutSlashes(path).length();
        for (String prefix : List.of("$hc", "%24hc")) {
            int end = start + prefix.length();
            if (start > 0
                    && path.regionMatches(true, start, prefix, 0, prefix.length())
                    && (path.length() == end || path.charAt(end) == '/')) {
                return end;
            }
        }
        return -1;
    }

    private static String withoutSlashes(String path) {
        int start = 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        return path.substring(start);
    }

    /** {@return whether the target lies under {@code /$hc}, where the relay's WebSockets are} */
    public boolean isUnderRelay() {
        return underRelay;
    }

    /** {@return the path, decoded, without {@code $hc}; empty if there is none} */
    public HybridPath path() {
        return path;
    }

    /** {@return the path as it was sent, without {@code $hc} and without a slash in front; still percent-encoded} */
    public String rawPath() {
        return rawPath;
    }

    /** {@return what the peer wants; {@link Action#CONNECT} if it does not say} */
    public Action action() {
        return action;
    }

    /** {@return the parameter {@code sb-hc-id}, decoded, if it is there} */
    public @Nullable String id() {
        return value(pairs, PREFIX + "id");
    }

    /** {@return the parameter {@code sb-hc-token}, decoded once as a form's value, if it is there} */
    public @Nullable String token() {
        return value(pairs, PREFIX + "token");
    }

    /**
     * {@return the application's query, byte for byte and in order, without a question mark; empty if there is none} The
     * relay's own pairs are left out. A name that begins like one of them but has no {@code =} is the application's.
     */
    public String rawApplicationQuery() {
        List<String> kept = new ArrayList<>(pairs.size());
        for (String pair : pairs) {
            if (!isRelays(pair)) {
                kept.add(pair);
            }
        }
        return String.join("&", kept);
    }

    /**
     * {@return path and query as the listener of a plain HTTP request is to see them} The path begins with the hybrid
     * connection as the listener spells it, with one slash in front; below it the sender's is decoded once, but for the
     * escapes of a slash, a question mark, a number sign, a percent sign and control characters, without which it would mean
     * something else: clients encode it anew. The query is {@link #rawApplicationQuery()}.
     *
     * @param listener the hybrid connection; this target's path is it, or lies below it
     */
    public String requestTarget(HybridPath listener) {
        String query = rawApplicationQuery();
        String below = rawPath.substring(endOf(listener.segments().size()));
        if (below.regionMatches(true, 0, "%2F", 0, 3)) { // it parts the name from what lies below
            below = "/" + below.substring(3);
        }
        return "/"
                + listener.spelled()
                + PercentEncoding.decodeForRequestTarget(below)
                + (query.isEmpty() ? "" : "?" + query);
    }

    /** {@return the index in the raw path behind that many segments; escaped slashes part segments, too} */
    private int endOf(int segments) {
        int ended = 0;
        boolean inSegment = false;
        for (int i = 0; i < rawPath.length(); i++) {
            boolean slash = rawPath.charAt(i) == '/' || rawPath.regionMatches(true, i, "%2F", 0, 3);
            if (slash && inSegment && ++ended == segments) {
                return i;
            }
            inSegment = !slash;
            if (slash && rawPath.charAt(i) == '%') {
                i += 2;
            }
        }
        return rawPath.length();
    }

    /**
     * {@return the listener's refusal, if this target of an {@link Action#ACCEPT} holds one} A refusal shows in a status
     * code alone. {@code sb-hc-statusCode} counts wherever it stands, {@code statusCode} without the prefix only behind the
     * {@code sb-hc-id} that ends an issued address: before it stands the sender's own query, which may well have one.
     */
    public Optional<Rejection> rejection() {
        String code = value(pairs, PREFIX + "statusCode");
        if (code != null) {
            String description = value(pairs, PREFIX + "statusDescription");
            return Optional.of(Rejection.read(code, description == null ? "" : description));
        }
        List<String> appended = behindId();
        code = value(appended, "statusCode");
        if (code == null) {
            return Optional.empty();
        }
        String description = value(appended, "statusDescription");
        return Optional.of(Rejection.read(code, description == null ? "" : description));
    }

    private List<String> behindId() {
        for (int i = 0; i < pairs.size(); i++) {
            if (named(pairs.get(i), PREFIX + "id")) {
                return pairs.subList(i + 1, pairs.size());
            }
        }
        return List.of();
    }

    private static boolean isRelays(String pair) {
        return pair.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) && pair.indexOf('=') >= 0;
    }

    private static boolean named(String pair, String name) {
        return pair.length() > name.length()
                && pair.charAt(name.length()) == '='
                && pair.regionMatches(true, 0, name, 0, name.length());
    }

    private static @Nullable String value(List<String> pairs, String name) {
        for (String pair : pairs) {
            if (named(pair, name)) {
                return PercentEncoding.decodeForm(pair.substring(name.length() + 1));
            }
        }
        return null;
    }

    /**
     * Puts together the address that a listener dials to meet a sender: with the sender's path and query, as they came.
     *
     * @param base scheme, host and port that the listener can reach, such as {@code ws://127.0.0.1:9400}
     * @param rawPath the sender's {@link #rawPath()}: the hybrid connection's name and what stands below it, still encoded
     * @param rawApplicationQuery the sender's {@link #rawApplicationQuery()}; may be empty
     * @param id the meeting's id: begins with a UUID, for Azure Relay's Java listener reads one; unguessable
     * @return an absolute URL
     */
    public static String acceptAddress(String base, String rawPath, String rawApplicationQuery, String id) {
        return address(base, rawPath, rawApplicationQuery, Action.ACCEPT, id);
    }

    /**
     * Puts together the address that a listener dials to fetch a sender's plain HTTP request, or to answer one. It holds
     * nothing of the sender's path and query: Azure Relay's Java listener ends its control channel over some queries.
     *
     * @param base scheme, host and port that the listener can reach, such as {@code ws://127.0.0.1:9400}
     * @param path the hybrid connection, as the listener spells it
     * @param id the request's id: begins with a UUID, for Azure Relay's Java listener reads one; unguessable
     * @return an absolute URL
     */
    public static String requestAddress(String base, HybridPath path, String id) {
        return address(base, path.encoded(), "", Action.REQUEST, id);
    }

    /**
     * Puts together the address that a listener opens its control channel at.
     *
     * @param base scheme, host and port of the relay, such as {@code wss://relay.example.com}
     * @param path the hybrid connection
     * @param id the listener's own id, a UUID
     * @return an absolute URL
     */
    public static String listenAddress(String base, HybridPath path, String id) {
        return address(base, path.encoded(), "", Action.LISTEN, id);
    }

    /**
     * Puts together the address that a sender connects to.
     *
     * @param base scheme, host and port of the relay, such as {@code wss://relay.example.com}
     * @param path the hybrid connection and what is to stand below it
     * @param rawApplicationQuery the application's query, encoded, without a question mark; may be empty
     * @param id the sender's own id, a UUID
     * @return an absolute URL
     */
    public static String connectAddress(String base, HybridPath path, String rawApplicationQuery, String id) {
        return address(base, path.encoded(), rawApplicationQuery, Action.CONNECT, id);
    }

    /**
     * Turns the address of a meeting into the one that refuses the sender when it is dialled.
     *
     * @param acceptAddress as the relay gave it
     * @param rejection what the sender is to be answered
     * @return an absolute URL, the rejection in its query
     */
    public static String rejectAddress(String acceptAddress, Rejection rejection) {
        return acceptAddress
                + (acceptAddress.indexOf('?') < 0 ? "?" : "&")
                + PREFIX
                + "statusCode="
                + rejection.statusCode()
                + "&"
                + PREFIX
                + "statusDescription="
                + PercentEncoding.encodeForm(rejection.description());
    }

    private static String address(String base, String rawPath, String rawQuery, Action action, String id) {
        return base
                + "/$hc/"
                + rawPath
                + "?"
                + (rawQuery.isEmpty() ? "" : rawQuery + "&")
                + PREFIX
                + "action="
                + action.parameter()
                + "&"
                + PREFIX
                + "id="
                + PercentEncoding.encodeForm(id);
    }

    /** {@return the action and the path: the query, which may hold a token, is not told} */
    @Override
    public String toString() {
        return action.name().toLowerCase(Locale.ROOT) + " " + path;
    }
}
