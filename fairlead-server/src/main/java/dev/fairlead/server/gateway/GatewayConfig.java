// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.server.gateway.delivery.DeadLettersConfig;
import dev.fairlead.server.settings.Section;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Clients' WebSockets that are held for backends.
 *
 * @param endpoints where clients come to; none unless told
 * @param deadLetters where what no backend took is kept
 */
public record GatewayConfig(List<EndpointConfig> endpoints, DeadLettersConfig deadLetters) {

    /** What an absent section means. */
    public static final GatewayConfig NONE = new GatewayConfig(List.of(), DeadLettersConfig.DEFAULT);

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
        return endpoints.stream()
                .map(one -> one.path().toLowerCase(Locale.ROOT))
                .anyMatch(mine -> path.equals(mine) || path.startsWith(mine + "/") || mine.startsWith(path + "/"));
    }

    /** Reads the section. */
    public static GatewayConfig read(Section in) {
        Set<String> paths = new HashSet<>();
        return new GatewayConfig(
                in.sections("endpoints", "where clients connect, and what stands behind", List.of(), entry -> {
                    EndpointConfig one = EndpointConfig.read(entry);
                    if (entry.isSound("path") && !paths.add(one.path())) {
                        entry.problem("path", one.path() + " (expected: a path that no other endpoint has)");
                    }
                    return one;
                }),
                in.section("deadLetters", "where what no backend took is kept", DeadLettersConfig::read));
    }
}
