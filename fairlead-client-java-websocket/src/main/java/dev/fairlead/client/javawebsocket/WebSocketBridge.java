// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import org.java_websocket.server.WebSocketServer;

/**
 * Joins a relay to a server of Java-WebSocket that stays as it is, on a port of this machine: nothing of it changes, at the
 * price of a hop over the loopback. The server sees the loopback where it asks for a client's address; the sender's own is in
 * the header {@code X-Forwarded-For}. What else passes, {@link RelayForwarder} says.
 *
 * <pre>{@code
 * chat.start();                                                          // a WebSocketServer, as ever
 * WebSocketBridge.to(chat, RelayListener.builder(relay).path("chat")).open();
 * }</pre>
 */
public final class WebSocketBridge {

    private WebSocketBridge() {}

    /**
     * {@return a listener, not yet opened, whose senders are each joined to the server; closing it leaves the server as it is}
     *
     * @param server without TLS; started, if its port is any free one
     * @param listener its {@code onAccept}, {@code onConnection} and {@code onRequest} become the bridge's
     * @throws IllegalArgumentException if the server has no port yet
     * @throws IllegalStateException if the builder names no hybrid connection, or there is nothing to make tokens of
     */
    public static RelayListener to(WebSocketServer server, RelayListener.Builder listener) {
        return listener.forwardTo(RelayForwarder.to(address(server))).build();
    }

    private static URI address(WebSocketServer server) {
        int port = server.getPort();
        if (port == 0) {
            throw new IllegalArgumentException(
                    "server: has no port yet (expected: one that was started, once onStart was called)");
        }
        InetSocketAddress bound = server.getAddress();
        InetAddress address = bound.getAddress();
        String host = address == null
                ? bound.getHostString()
                : (address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address).getHostAddress();
        try {
            return new URI("http", null, host, port, null, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("server: at " + bound + " (expected: a host that can be dialled)", e);
        }
    }
}
