// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.server.gateway.EndpointConfig;
import dev.fairlead.server.relay.HybridConnectionConfig;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.settings.Key;
import dev.fairlead.server.settings.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A key whose value is another one in another reading of the configuration. A list is one key.
 *
 * @param key the key, from the top, with dots
 * @param detail which entries were added, changed and removed, by their names, where they have some; else empty
 * @param live whether a running server takes it over; else it waits for a restart
 */
public record Change(String key, String detail, boolean live) {

    private static final List<Row<?>> ROWS = List.of(
            row("namespace", ServerConfig::namespace),
            row("dataDirectory", ServerConfig::dataDirectory),
            row("drainTimeout", ServerConfig::drainTimeout),
            row("listen", ServerConfig::listen),
            list("keys", ServerConfig::keys, AuthorizationRule::name),
            row("relay.publicAddress", config -> config.relay().publicAddress()),
            row("relay.acceptTimeout", config -> config.relay().acceptTimeout()),
            row("relay.pingInterval", config -> config.relay().pingInterval()),
            row("relay.tokenGrace", config -> config.relay().tokenGrace()),
            row("relay.clockSkew", config -> config.relay().clockSkew()),
            row("relay.idleTimeout", config -> config.relay().idleTimeout()),
            row("relay.maxWaitingPerListener", config -> config.relay().maxWaitingPerListener()),
            row("relay.setAsideAfter", config -> config.relay().setAsideAfter()),
            row("relay.noListenerStatus", config -> config.relay().noListenerStatus()),
            row("relay.requestTimeout", config -> config.relay().requestTimeout()),
            row("relay.createOnListen", config -> config.relay().createOnListen()),
            row("relay.compatibility", config -> config.relay().strictCompatibility()),
            list("relay.hybridConnections", config -> config.relay().hybridConnections(), HybridConnectionConfig::path),
            row("gateway.externalUri", config -> config.gateway().externalUri()),
            list("gateway.endpoints", config -> config.gateway().endpoints(), EndpointConfig::path),
            row(
                    "gateway.callbacks.token",
                    config -> config.gateway().callbacks().token()),
            row(
                    "gateway.deadLetters.file",
                    config -> config.gateway().deadLetters().file()),
            row(
                    "gateway.deadLetters.maxSize",
                    config -> config.gateway().deadLetters().maxSize()),
            row("limits.handshakeTimeout", config -> config.limits().handshakeTimeout()),
            row("limits.maxHeaderSize", config -> config.limits().maxHeaderSize()),
            row("limits.maxConnections", config -> config.limits().maxConnections()),
            row("limits.maxConnectionsPerAddress", config -> config.limits().maxConnectionsPerAddress()),
            row("limits.trustedProxies", config -> config.limits().trustedProxies()),
            row("management.address", config -> config.management().address()));

    /** The declarations say what is live. */
    private static final Set<String> LIVE = Reading.keys(ServerConfig::read).stream()
            .filter(Key::live)
            .map(Key::path)
            .collect(Collectors.toUnmodifiableSet());

    /** One key, and how its change is told. */
    private record Row<T>(String key, Function<ServerConfig, T> value, Detail<T> detail) {

        List<Change> between(ServerConfig before, ServerConfig after) {
            T old = value.apply(before);
            T fresh = value.apply(after);
            return Objects.equals(old, fresh)
                    ? List.of()
                    : List.of(new Change(key, detail.of(old, fresh), LIVE.contains(key)));
        }
    }

    /** Tells what a change consists of. */
    @FunctionalInterface
    private interface Detail<T> {
        String of(T before, T after);
    }

    private static Row<?> row(String key, Function<ServerConfig, @Nullable Object> value) {
        return new Row<>(key, value, (before, after) -> "");
    }

    private static <E> Row<List<E>> list(
            String key, Function<ServerConfig, List<E>> entries, Function<E, String> name) {
        return new Row<>(key, entries, (before, after) -> detail(byName(before, name), byName(after, name)));
    }

    private static <E> Map<String, E> byName(List<E> entries, Function<E, String> name) {
        Map<String, E> named = new LinkedHashMap<>();
        entries.forEach(entry -> named.put(name.apply(entry), entry));
        return named;
    }

    private static <E> String detail(Map<String, E> before, Map<String, E> after) {
        List<String> added = after.keySet().stream()
                .filter(name -> !before.containsKey(name))
                .toList();
        List<String> changed = after.keySet().stream()
                .filter(before::containsKey)
                .filter(name -> !Objects.equals(before.get(name), after.get(name)))
                .toList();
        List<String> removed = before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .toList();
        List<String> parts = new ArrayList<>();
        part(parts, "added", added);
        part(parts, "changed", changed);
        part(parts, "removed", removed);
        return String.join("; ", parts);
    }

    private static void part(List<String> parts, String verb, List<String> names) {
        if (!names.isEmpty()) {
            parts.add(verb + " " + String.join(", ", names));
        }
    }

    /** {@return every key whose value differs, in the order of the manual} */
    public static List<Change> between(ServerConfig before, ServerConfig after) {
        return ROWS.stream().flatMap(row -> row.between(before, after).stream()).toList();
    }

    /** {@return the key, and the detail in brackets} */
    @Override
    public String toString() {
        return detail.isEmpty() ? key : key + " (" + detail + ")";
    }
}
