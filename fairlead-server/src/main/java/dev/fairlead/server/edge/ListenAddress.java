// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.server.edge.tls.TlsConfig;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Section;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where clients, listeners and senders connect.
 *
 * @param address what to bind; port 0 lets the system choose one
 * @param tls how the port speaks TLS; null for a plain one
 * @param proxyProtocol whether each connection begins with a header of the PROXY protocol, version 2, that says who the
 *     client is; false unless told. Only trusted proxies may connect then
 */
public record ListenAddress(
        InetSocketAddress address, @Nullable TlsConfig tls, boolean proxyProtocol) {

    /** {@return a plain port that clients dial themselves} */
    public static ListenAddress plain(InetSocketAddress address) {
        return new ListenAddress(address, null, false);
    }

    /** Reads one entry of the list. */
    public static ListenAddress read(Section in) {
        return new ListenAddress(
                in.required("address", "where to listen; port 0 lets the system choose", Kind.ADDRESS),
                in.optionalSection(
                        "tls", "TLS 1.2 and 1.3 with this certificate", "the port is plain", TlsConfig::read),
                in.flag(
                        "proxyProtocol",
                        "whether each connection begins with a PROXY protocol header, version 2, of one of "
                                + "limits.trustedProxies",
                        false));
    }
}
