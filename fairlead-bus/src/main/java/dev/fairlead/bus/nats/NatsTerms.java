// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.HeldTerms;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Which servers a bus is on, and how it speaks to them. Immutable: each {@code with…} gives a changed copy.
 *
 * @param servers addresses such as {@code nats://host:4222}, with {@code user:password@} or {@code token@} before the host if
 *     the servers ask for it; {@code tls://} for TLS. One is enough of a cluster that tells its others
 * @param prefix what all subjects begin with, {@code fairlead.bus} unless told: tokens of letters, digits, {@code _} and
 *     {@code -}, joined by dots. Buses with different prefixes do not hear each other
 * @param connectionName what the server's monitoring shows, {@code fairlead} unless told
 * @param credentials a {@code .creds} file with a user's JWT and key; null for none, which is so unless told
 * @param tls what {@code tls://} trusts, and shows; null for what the JVM trusts, which is so unless told
 * @param held how long messages wait in this program that nobody wants yet
 */
public record NatsTerms(
        List<String> servers,
        String prefix,
        String connectionName,
        @Nullable Path credentials,
        @Nullable SSLContext tls,
        HeldTerms held) {

    /**
     * Checks addresses and prefix.
     *
     * @throws IllegalArgumentException if there is no server, or one of them, or the prefix, cannot be; no secret is in its
     *     message
     */
    public NatsTerms {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: none (expected: at least one, as nats://host:4222)");
        }
        servers.forEach(NatsTerms::place);
        if (!prefix.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*") || prefix.length() > 100) {
            throw new IllegalArgumentException("prefix: " + prefix
                    + " (expected: letters, digits, underscores and hyphens, in parts joined by dots)");
        }
    }

    /** {@return what is usual, with these servers} */
    public static NatsTerms of(String... servers) {
        return new NatsTerms(List.of(servers), "fairlead.bus", "fairlead", null, null, HeldTerms.DEFAULT);
    }

    /** {@return the same with another prefix} */
    public NatsTerms withPrefix(String other) {
        return new NatsTerms(servers, other, connectionName, credentials, tls, held);
    }

    /** {@return the same with another name for the connection} */
    public NatsTerms withConnectionName(String other) {
        return new NatsTerms(servers, prefix, other, credentials, tls, held);
    }

    /** {@return the same with the credentials of a file} */
    public NatsTerms withCredentials(Path file) {
        return new NatsTerms(servers, prefix, connectionName, file, tls, held);
    }

    /** {@return the same, trusting and showing what this context does} */
    public NatsTerms withTls(SSLContext context) {
        return new NatsTerms(servers, prefix, connectionName, credentials, context, held);
    }

    /** {@return the same with other terms for messages that nobody wants yet} */
    public NatsTerms withHeld(HeldTerms other) {
        return new NatsTerms(servers, prefix, connectionName, credentials, tls, other);
    }

    /** {@return where the servers are, without what is secret in their addresses} */
    List<String> places() {
        return servers.stream().map(NatsTerms::place).toList();
    }

    private static String place(String server) {
        try {
            URI uri = new URI(server);
            if (uri.getHost() != null && List.of("nats", "tls").contains(uri.getScheme())) {
                return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
            }
        } catch (URISyntaxException malformed) {
            // told below, without the address, which may hold a secret
        }
        throw new IllegalArgumentException(
                "servers: not an address (expected: nats://host:4222 or tls://host:4222, with"
                        + " user:password@ or token@ before the host if need be)");
    }

    /** {@return the terms without what is secret} */
    @Override
    public String toString() {
        return "NatsTerms[" + places() + ", " + prefix + "]";
    }
}
