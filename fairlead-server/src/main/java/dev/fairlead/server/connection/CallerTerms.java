// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whom an {@link HttpCaller} calls, and how.
 *
 * @param server {@code http} or {@code https}, with host and port; anything behind them is not looked at
 * @param mostConnections how many connections there are at once, on all event loops together; 1 or more
 * @param connectTimeout how long a connection may take to come to be, TLS included
 * @param keptIdle how long a connection without a request is kept
 * @param trust a PEM file of certificates that {@code https} servers may be signed by; null for the JVM's own
 */
public record CallerTerms(
        URI server,
        int mostConnections,
        Duration connectTimeout,
        Duration keptIdle,
        @Nullable Path trust) {}
