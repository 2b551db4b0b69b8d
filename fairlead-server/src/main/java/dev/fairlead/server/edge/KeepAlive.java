// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import java.time.Duration;

/**
 * TCP's own pings (RFC 9293, section 3.8.4), for a host that vanishes while its socket is not to be read, when a WebSocket
 * ping would get no answer either. Where the system lets a socket have times of its own, the host is missed after three
 * intervals of pings, and not after two hours.
 */
final class KeepAlive {

    private static final int PROBES = 4;

    private KeepAlive() {}

    /** Sets it for every connection that the port will accept. */
    static void of(ServerBootstrap port, Duration pingInterval) {
        port.childOption(ChannelOption.SO_KEEPALIVE, true);
        if (Epoll.isAvailable()) {
            int seconds = Math.toIntExact(Math.clamp(pingInterval.toSeconds(), 1, 32_767));
            port.childOption(EpollChannelOption.TCP_KEEPIDLE, seconds)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, Math.max(1, seconds / 2))
                    .childOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
        }
    }
}
