// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.server.gateway.backend.http.Callbacks;
import dev.fairlead.server.gateway.backend.http.CallbacksConfig;
import dev.fairlead.server.gateway.delivery.DeadLettersConfig;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Section;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clients' WebSockets that are held for backends.
 *
 * @param externalUri the base of the addresses that backends call back; null, as unless told: the address that is listened on
 *     first
 * @param endpoints where clients come to; none unless told
 * @param callbacks who may call back
 * @param deadLetters where what no backend took is kept
 */
public record GatewayConfig(
        @Nullable URI externalUri,
        List<EndpointConfig> endpoints,
        CallbacksConfig callbacks,
        DeadLettersConfig deadLetters) {

    private static final String EXPECTED_BASE = "http://HOST[:PORT], or https, with a path or without";
    private static final Kind<URI> BASE =
            Kind.of(EXPECTED_BASE, "http://127.0.0.1:9400", GatewayConfig::base, URI::toString);

    /** Takes a copy of the list. */
    public GatewayConfig {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * {@return whether the gateway answers what would be requests of a hybrid connection}
     *
     * @param hybridConnection its path, without a slash in front
     */
    public boolean answers(String hybridConnection) {
        String path = "/" + hybridConnection.toLowerCase(Locale.ROOT);
        return (servesCallbacks() && Callbacks.answers(path))
                || endpoints.stream()
                        .map(one -> one.path().toLowerCase(Locale.ROOT))
                        .anyMatch(mine ->
                                path.equals(mine) || path.startsWith(mine + "/") || mine.startsWith(path + "/"));
    }

    /** {@return whether a backend calls back} */
    public boolean servesCallbacks() {
        return callbacks.token() != null || callsOverHttp();
    }

    /** {@return whether an endpoint has a backend that is called over HTTP} */
    public boolean callsOverHttp() {
        return endpoints.stream().anyMatch(one -> one.backend() instanceof BackendConfig.Http);
    }

    /**
     * {@return a base of callback addresses}
     *
     * @throws IllegalArgumentException for a text that is none
     */
    public static URI base(String text) {
        URI base = URI.create(text);
        String scheme = base.getScheme();
        boolean fits = scheme != null
                && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
                && base.getRawAuthority() != null
                && base.getRawUserInfo() == null
                && base.getRawQuery() == null
                && base.getRawFragment() == null;
        if (!fits) {
            throw new IllegalArgumentException(text + " (expected: " + EXPECTED_BASE + ")");
        }
        return base;
    }

    /** Reads the section. */
    public static GatewayConfig read(Section in) {
        Set<String> paths = new HashSet<>();
        return new GatewayConfig(
                in.optional(
                        "externalUri",
                        "the base of the addresses that backends are told to call back",
                        BASE,
                        "the address that is listened on first"),
                in.sections("endpoints", "where clients connect, and what stands behind", List.of(), entry -> {
                    EndpointConfig one = EndpointConfig.read(entry);
                    if (entry.isSound("path") && !paths.add(one.path())) {
                        entry.problem("path", one.path() + " (expected: a path that no other endpoint has)");
                    }
                    return one;
                }),
                in.section("callbacks", "who may call back, under /socket", CallbacksConfig::read),
                in.section("deadLetters", "where what no backend took is kept", DeadLettersConfig::read));
    }
}
