// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A proxy on the way to the relay.
 *
 * @param variable of the environment, which names it
 * @param proxy HTTP or SOCKS, its address not resolved
 * @param credentials user name and password for an HTTP proxy, parted by a colon: a secret; empty if there are none
 */
public record Detour(String variable, Proxy proxy, String credentials) {

    boolean isSocks() {
        return proxy.type() == Proxy.Type.SOCKS;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) proxy.address();
    }

    /** {@return what it is called in a finding} Its address is not told: a report is passed on. */
    String shown() {
        return "the proxy that " + variable + " names";
    }

    /** {@return a request for a tunnel (RFC 9110, section 9.3.6), with the credentials that the proxy may ask for} */
    String request(String authority) {
        String known = credentials.isEmpty()
                ? ""
                : "Proxy-Authorization: Basic "
                        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)) + "\r\n";
        return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + known + "\r\n";
    }

    @Override
    public String toString() {
        return "Detour[" + variable + "]";
    }
}
