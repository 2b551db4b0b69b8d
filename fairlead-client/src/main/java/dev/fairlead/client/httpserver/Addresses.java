// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses of which a relay tells the text. */
final class Addresses {

    private static final Pattern NUMBERS =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

    private Addresses() {}

    /** {@return the address of a text, without asking anybody for a name: a name stays one, and no text is the wildcard} */
    static InetSocketAddress of(String host, int port) {
        if (host.isEmpty()) {
            return new InetSocketAddress(port);
        }
        if (NUMBERS.matcher(host).matches()) {
            try {
                return new InetSocketAddress(InetAddress.getByName(host), port);
            } catch (UnknownHostException e) {
                // no address, then, but what the relay calls it
            }
        }
        return InetSocketAddress.createUnresolved(host, port);
    }
}
