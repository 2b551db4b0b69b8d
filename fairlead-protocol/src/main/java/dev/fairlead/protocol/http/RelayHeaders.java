// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which headers cross the relay, and which end at it. */
public final class RelayHeaders {

    /** Carries a token, without a scheme in front, on its way to the relay and no further. */
    public static final String SERVICE_BUS_AUTHORIZATION = "ServiceBusAuthorization";

    /** Carries a token where no header above and no parameter does; else it is the application's. */
    public static final String AUTHORIZATION = "Authorization";

    private static final String TOKEN_CHARACTERS =
            "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static final String VIA = "Via";

    /** What belongs to one connection whether or not {@code Connection} names it; lower case. */
    private static final Set<String> OF_CONNECTION = Set.of(
            "connection", "close", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    private RelayHeaders() {}

    /**
     * Picks what a listener is told of a sender's upgrade request: every header, in the sender's order and letter case, but
     * for the relay's credentials. Those of the upgrade itself stay: listeners read {@code Host} and the
     * {@code Sec-WebSocket-} ones. Several lines of one name become one, joined by a comma ({@code Cookie}: by a semicolon).
     *
     * @param headers the sender's, in its order
     * @param authorizationWasCredential whether the relay let the sender in by its {@code Authorization}, which ends here
     *     then
     * @return the values by their names, in the order of the first line of each
     */
    public static Map<String, String> connectHeaders(List<Header> headers, boolean authorizationWasCredential) {
        return crossing(headers, authorizationWasCredential, Set.of());
    }

    /**
     * Picks what a listener is told of a sender's plain HTTP request: every header, in the sender's order and letter case, but
     * for the relay's credentials, those that belong to the connection (RFC 9110, section 7.6.1), those that frame the body,
     * and {@code Expect}, which the relay answers. {@code Via} is added, or goes on. Several lines of one name become one.
     *
     * @param headers the sender's, in its order
     * @param authorizationWasCredential whether the relay let the sender in by its {@code Authorization}, which ends here
     *     then
     * @param namespace the relay's host name, for {@code Via}
     * @return the values by their names, in the order of the first line of each
     */
    public static Map<String, String> requestHeaders(
            List<Header> headers, boolean authorizationWasCredential, String namespace) {
        Set<String> ending = ofConnection(headers);
        ending.add("content-length");
        ending.add("expect");
        Map<String, String> crossing = crossing(headers, authorizationWasCredential, ending);
        for (Map.Entry<String, String> header : crossing.entrySet()) {
            if (header.getKey().equalsIgnoreCase(VIA)) {
                header.setValue(header.getValue() + ", " + via(namespace));
                return crossing;
            }
        }
        crossing.put(VIA, via(namespace));
        return crossing;
    }

    /**
     * Picks what a sender is told of a listener's answer: every line, in order and in the listener's letter case, but for those
     * that belong to the connection and those that frame the body. {@code Via} is added, or goes on: by it a sender tells the
     * listener's answer from an error of the relay. A line whose name is no token (RFC 9110, section 5.1) ends here, and a
     * control character in a value becomes a space (section 5.5), so that no answer holds lines that nobody wrote.
     *
     * @param headers the listener's, in its order
     * @param namespace the relay's host name, for {@code Via}
     * @return the lines that the sender is sent
     */
    public static List<Header> responseHeaders(List<Header> headers, String namespace) {
        Set<String> ending = ofConnection(headers);
        ending.add("content-length");
        List<Header> crossing = new ArrayList<>(headers.size() + 1);
        boolean via = false;
        for (Header header : headers) {
            if (header.is(VIA) && !via) {
                via = true;
                crossing.add(new Header(header.name(), oneLine(header.value()) + ", " + via(namespace)));
            } else if (isToken(header.name()) && !ending.contains(lowered(header.name()))) {
                crossing.add(new Header(header.name(), oneLine(header.value())));
            }
        }
        if (!via) {
            crossing.add(new Header(VIA, via(namespace)));
        }
        return crossing;
    }

    /**
     * {@return whether a header belongs to one connection, or frames a body (RFC 9110, section 7.6.1; RFC 9112, section 6)} Such
     * a line ends at whoever passes a message on.
     *
     * @param name in any letter case
     */
    public static boolean isOfConnection(String name) {
        return name.equalsIgnoreCase("Content-Length") || OF_CONNECTION.contains(lowered(name));
    }

    /**
     * {@return whether a text can be the name of a header (RFC 9110, section 5.6.2)}
     *
     * @param name any text
     */
    public static boolean isToken(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c < 0x80 && TOKEN_CHARACTERS.indexOf(c) >= 0);
    }

    private static String oneLine(String value) {
        boolean fits = value.chars().allMatch(RelayHeaders::mayStandInAValue);
        return fits
                ? value
                : value.chars()
                        .map(c -> mayStandInAValue(c) ? c : ' ')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean mayStandInAValue(int c) {
        return c == '\t' || (c >= ' ' && c != 0x7F);
    }

    private static String via(String namespace) {
        return "1.1 " + namespace;
    }

    private static Set<String> ofConnection(List<Header> headers) {
        Set<String> names = new HashSet<>(OF_CONNECTION);
        for (Header header : headers) {
            if (header.is("Connection")) {
                for (String name : header.value().split(",", -1)) {
                    names.add(lowered(name.trim()));
                }
            }
        }
        return names;
    }

    private static String lowered(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * {@return one value for each name, in the spelling of its first line: several are joined by a comma ({@code Cookie}: by a
     * semicolon)}
     *
     * @param headers in their order, a line each
     */
    public static Map<String, String> joined(List<Header> headers) {
        return crossing(headers, false, Set.of());
    }

    private static Map<String, String> crossing(
            List<Header> headers, boolean authorizationWasCredential, Set<String> ending) {
        Map<String, String> crossing = new LinkedHashMap<>();
        Map<String, String> spellings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : headers) {
            if (header.is(SERVICE_BUS_AUTHORIZATION)
                    || (authorizationWasCredential && header.is(AUTHORIZATION))
                    || ending.contains(lowered(header.name()))) {
                continue;
            }
            String name = spellings.computeIfAbsent(header.name(), spelled -> spelled);
            String separator = name.equalsIgnoreCase("Cookie") ? "; " : ", ";
            crossing.merge(name, header.value(), (first, next) -> first + separator + next);
        }
        return crossing;
    }
}
