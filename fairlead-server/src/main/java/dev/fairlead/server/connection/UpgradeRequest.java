// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/**
 * A WebSocket upgrade request whose form was checked (RFC 6455, section 4.2.1), not yet answered.
 *
 * @param peer who asks
 * @param target path and query, as on the request line
 * @param headers every header line
 * @param baseAddress scheme and authority that the peer dialled, e.g. {@code wss://relay.example.com:8443}; from its
 *     {@code Host} header, or from what a trusted proxy says
 */
public record UpgradeRequest(Peer peer, String target, Headers headers, String baseAddress) {

    /** {@return the target up to its query} */
    public String path() {
        return HttpQuestion.path(target);
    }
}
