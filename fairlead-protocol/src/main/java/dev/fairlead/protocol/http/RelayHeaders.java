// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which headers cross the relay, and which end at it. */
public final class RelayHeaders {

    /** Carries a token, without a scheme in front, on its way to the relay and no further. */
    public static final String SERVICE_BUS_AUTHORIZATION = "ServiceBusAuthorization";

    /** Carries a token where no header above and no parameter does; else it is the application's. */
    public static final String AUTHORIZATION = "Authorization";

    private RelayHeaders() {}

    /**
     * Picks what a listener is told of a sender's upgrade request: every header, in the sender's order and letter case, but
     * for the relay's credentials. Those of the upgrade itself stay: listeners read {@code Host} and the
     * {@code Sec-WebSocket-} ones. Several lines of one name become one, joined by a comma ({@code Cookie}: by a semicolon).
     *
     * @param authorizationWasCredential whether the relay let the sender in by its {@code Authorization}, which ends here then
     */
    public static Map<String, String> connectHeaders(List<Header> headers, boolean authorizationWasCredential) {
        Map<String, String> crossing = new LinkedHashMap<>();
        Map<String, String> spellings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : headers) {
            if (header.is(SERVICE_BUS_AUTHORIZATION) || (authorizationWasCredential && header.is(AUTHORIZATION))) {
                continue;
            }
            String name = spellings.computeIfAbsent(header.name(), spelled -> spelled);
            String separator = name.equalsIgnoreCase("Cookie") ? "; " : ", ";
            crossing.merge(name, header.value(), (first, next) -> first + separator + next);
        }
        return crossing;
    }
}
