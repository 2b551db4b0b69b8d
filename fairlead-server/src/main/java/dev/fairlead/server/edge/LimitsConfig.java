// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Network;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer may cost before the server knows who it is.
 *
 * @param handshakeTimeout how long a peer may take to send the whole head of a request, or a whole upgrade; 100 ms to 5 min, 10 s unless told
 * @param maxHeaderSize the largest request line with its headers; 1 KiB to 1 MiB, 32 KiB unless told. A larger one is
 *     refused with {@code 431}
 * @param maxConnections how many connections the relay's ports hold together; null for any number, which is the default. More
 *     are refused with {@code 503}
 * @param maxConnectionsPerAddress how many of them one IPv4 address, or one IPv6 network of 64 bits, may have; null for any
 *     number, 1000 unless told. More are refused with {@code 429}. The loopback and the trusted proxies are exempt
 * @param trustedProxies networks whose {@code X-Forwarded-} headers and PROXY headers are believed; none unless told
 */
public record LimitsConfig(
        Duration handshakeTimeout,
        ByteSize maxHeaderSize,
        @Nullable Integer maxConnections,
        @Nullable Integer maxConnectionsPerAddress,
        List<Network> trustedProxies) {

    private static final Range<Integer> CONNECTIONS = Range.of(1, 10_000_000);

    /** What an absent section means. */
    public static final LimitsConfig DEFAULT =
            new LimitsConfig(Duration.ofSeconds(10), ByteSize.ofKiB(32), null, 1000, List.of());

    /** Takes a copy of the list. */
    public LimitsConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** Reads the section. */
    public static LimitsConfig read(Section in) {
        return new LimitsConfig(
                in.duration(
                        "handshakeTimeout",
                        "how long a peer may take to send a whole head of a request, or a whole upgrade",
                        DEFAULT.handshakeTimeout,
                        Range.of(Duration.ofMillis(100), Duration.ofMinutes(5))),
                in.size(
                        "maxHeaderSize",
                        "the largest request line with its headers; a larger one is refused with 431",
                        DEFAULT.maxHeaderSize,
                        Range.of(ByteSize.ofKiB(1), ByteSize.ofMiB(1))),
                in.integerOrNone(
                        "maxConnections",
                        "how many connections the listen addresses hold together; more are refused with 503",
                        DEFAULT.maxConnections,
                        CONNECTIONS),
                in.integerOrNone(
                        "maxConnectionsPerAddress",
                        "how many connections one client address may have (of IPv6, a network of 64 bits); more are "
                                + "refused with 429. The loopback and trusted proxies are exempt",
                        DEFAULT.maxConnectionsPerAddress,
                        CONNECTIONS),
                in.values(
                        "trustedProxies",
                        "networks whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host, or PROXY headers, are "
                                + "believed",
                        Kind.NETWORK,
                        DEFAULT.trustedProxies));
    }
}
