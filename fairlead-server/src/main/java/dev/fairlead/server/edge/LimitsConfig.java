// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Network;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.time.Duration;
import java.util.List;

/**
 * What a peer may cost before the server knows who it is.
 *
 * @param handshakeTimeout how long a peer may take to send a whole request; 100 ms to 5 min, 10 s unless told
 * @param maxHeaderSize the largest request line with its headers; 1 KiB to 1 MiB, 32 KiB unless told. A larger one is
 *     refused with {@code 431}
 * @param trustedProxies networks whose {@code X-Forwarded-Proto} and {@code X-Forwarded-Host} are believed; none unless
 *     told
 */
public record LimitsConfig(Duration handshakeTimeout, ByteSize maxHeaderSize, List<Network> trustedProxies) {

    /** What an absent section means. */
    public static final LimitsConfig DEFAULT = new LimitsConfig(Duration.ofSeconds(10), ByteSize.ofKiB(32), List.of());

    /** Takes a copy of the list. */
    public LimitsConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** Reads the section. */
    public static LimitsConfig read(Section in) {
        in.notYet("maxConnections", "limit of connections");
        in.notYet("maxConnectionsPerAddress", "limit of connections");
        return new LimitsConfig(
                in.duration(
                        "handshakeTimeout",
                        "how long a peer may take to send a whole request",
                        DEFAULT.handshakeTimeout,
                        Range.of(Duration.ofMillis(100), Duration.ofMinutes(5))),
                in.size(
                        "maxHeaderSize",
                        "the largest request line with its headers; a larger one is refused with 431",
                        DEFAULT.maxHeaderSize,
                        Range.of(ByteSize.ofKiB(1), ByteSize.ofMiB(1))),
                in.values(
                        "trustedProxies",
                        "networks whose X-Forwarded-Proto and X-Forwarded-Host are believed",
                        Kind.NETWORK,
                        DEFAULT.trustedProxies));
    }
}
