// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Section;
import java.net.InetSocketAddress;

/**
 * Where clients, listeners and senders connect.
 *
 * @param address what to bind; port 0 lets the system choose one
 */
public record ListenAddress(InetSocketAddress address) {

    /** Reads one entry of the list. */
    public static ListenAddress read(Section in) {
        in.notYet("tls", "TLS");
        return new ListenAddress(
                in.required("address", "where to listen; port 0 lets the system choose", Kind.ADDRESS));
    }
}
