// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.settings.Network;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who dialled, and by what address: as the connection and the {@code Host} header say, or, if the connection is that of a
 * trusted proxy, as the proxy says.
 *
 * @param remoteAddress the client's address; its port is the proxy's if a proxy spoke
 * @param baseAddress scheme {@code ws} or {@code wss}, host and port
 */
public record Dialled(InetSocketAddress remoteAddress, String baseAddress) {

    private static final Pattern WITH_PORT = Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::\\d+)?|([0-9.]+):\\d+");

    /**
     * Reads it off a request whose {@code Host} was checked.
     *
     * @param trustedProxies whose {@code X-Forwarded-For}, {@code -Proto} and {@code -Host} are believed
     */
    public static Dialled of(Channel channel, Headers headers, List<Network> trustedProxies) {
        InetSocketAddress remote = ClientAddress.of(channel);
        String scheme = channel.pipeline().get(SslHandler.class) == null ? "ws" : "wss";
        String host = headers.first("Host").orElseThrow();
        if (!Network.anyContains(trustedProxies, remote.getAddress())) {
            return new Dialled(remote, scheme + "://" + host);
        }
        scheme = headers.first("X-Forwarded-Proto")
                .map(proto -> isSecure(proto) ? "wss" : "ws")
                .orElse(scheme);
        host = headers.first("X-Forwarded-Host")
                .map(Dialled::firstOf)
                .filter(RequestForm::isAuthority)
                .orElse(host);
        return new Dialled(client(remote, headers, trustedProxies), scheme + "://" + host);
    }

    /** {@return the client of a request alone, by the same rules} */
    public static InetSocketAddress client(Channel channel, Headers headers, List<Network> trustedProxies) {
        InetSocketAddress remote = ClientAddress.of(channel);
        return Network.anyContains(trustedProxies, remote.getAddress())
                ? client(remote, headers, trustedProxies)
                : remote;
    }

    private static boolean isSecure(String proto) {
        String scheme = firstOf(proto).toLowerCase(Locale.ROOT);
        return scheme.equals("https") || scheme.equals("wss");
    }

    private static String firstOf(String list) {
        return list.split(",", 2)[0].trim();
    }

    /** Some proxies write the port as well. */
    private static String withoutPort(String hop) {
        Matcher parts = WITH_PORT.matcher(hop);
        return parts.matches() ? Objects.requireNonNullElse(parts.group(1), parts.group(2)) : hop;
    }

    /** Each proxy appends whom it heard from, so the list is believed from its end on, as long as trusted ones speak. */
    private static InetSocketAddress client(InetSocketAddress remote, Headers headers, List<Network> trustedProxies) {
        List<String> hops = List.of(headers.joined("X-Forwarded-For").orElse("").split(",", -1));
        InetSocketAddress client = remote;
        for (String hop : hops.reversed()) {
            InetAddress address = NetUtil.createInetAddressFromIpAddressString(withoutPort(hop.trim()));
            if (address == null) {
                break;
            }
            client = new InetSocketAddress(address, remote.getPort());
            if (!Network.anyContains(trustedProxies, address)) {
                break;
            }
        }
        return client;
    }
}
