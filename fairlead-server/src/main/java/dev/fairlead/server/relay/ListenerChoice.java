// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.relay.listener.ControlChannel;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which listeners a sender will have: those of {@code Microsoft-Relay-AllowedListeners} if it names any, and none of
 * {@code Microsoft-Relay-DisallowedListeners}. Both hold GUIDs, as listeners give them in {@code sb-hc-id}.
 *
 * @param allowed empty for all
 * @param disallowed who is not, even if allowed
 */
record ListenerChoice(Set<String> allowed, Set<String> disallowed) implements Predicate<ControlChannel> {

    private static final String ALLOWED = "Microsoft-Relay-AllowedListeners";
    private static final String DISALLOWED = "Microsoft-Relay-DisallowedListeners";

    /** A listener's id may have more behind its GUID, which the service added. */
    private static final int GUID_CHARS = 36;

    private static final ListenerChoice ANY = new ListenerChoice(Set.of(), Set.of());

    static ListenerChoice of(Headers headers) {
        if (!headers.has(ALLOWED) && !headers.has(DISALLOWED)) {
            return ANY;
        }
        return new ListenerChoice(
                ids(headers.joined(ALLOWED).orElse("")),
                ids(headers.joined(DISALLOWED).orElse("")));
    }

    private static Set<String> ids(String list) {
        Set<String> ids = new HashSet<>();
        for (String id : list.split(",", -1)) {
            if (!id.isBlank()) {
                ids.add(bare(id.trim()));
            }
        }
        return ids;
    }

    private static String bare(String id) {
        String guid = id.length() > GUID_CHARS ? id.substring(0, GUID_CHARS) : id;
        return guid.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean test(ControlChannel listener) {
        String id = bare(listener.listenerId());
        return (allowed.isEmpty() || allowed.contains(id)) && !disallowed.contains(id);
    }
}
