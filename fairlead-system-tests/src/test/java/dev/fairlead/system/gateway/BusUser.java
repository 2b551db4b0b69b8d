// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.WireFrame;
import java.net.URI;

/** A client of a gateway before a message bus, at {@code /ws}. Belongs to one thread. */
public final class BusUser implements AutoCloseable {

    private final RawWebSocket socket;

    private BusUser(RawWebSocket socket) {
        this.socket = socket;
    }

    /** {@return a client that has come} */
    public static BusUser comes(URI gateway) {
        return new BusUser(RawWebSocket.dial(gateway).upgrades(Handshake.to("/ws")));
    }

    /** {@return a client that has come, and was given that name} */
    public static BusUser comes(URI gateway, String name) {
        BusUser user = comes(gateway);
        String answer =
                user.says("login-request", "{\"username\": \"" + name + "\"}").hears();
        if (!answer.endsWith("\"content\": {\"succeed\": true, \"new_username\": \"" + name + "\"}}")) {
            throw new AssertionError(name + " is not logged in: " + answer);
        }
        return user;
    }

    /** {@return the port that it dials from} */
    public int port() {
        return socket.localPort();
    }

    /** It says something. */
    public BusUser says(String type, String content) {
        return says("{\"type\": \"" + type + "\", \"content\": " + content + "}");
    }

    /** It says just that. */
    public BusUser says(String text) {
        socket.sends(WireFrame.text(text));
        return this;
    }

    /** {@return what it hears next} */
    public String hears() {
        return socket.receivesButNoPings().text();
    }

    /** {@return the type and the content of what it hears next} */
    public String hearsMessage() {
        return hears().replaceAll("\\{\"type\": \"([^\"]*)\", .*, \"content\": (.*)}", "$1 $2");
    }

    /** {@return the Close that it hears next} */
    public WireFrame hearsClose() {
        return socket.receivesButNoPings();
    }

    /** It hears nothing for a while. */
    public BusUser hearsNothing() {
        socket.hearsNothing();
        return this;
    }

    @Override
    public void close() {
        socket.close();
    }
}
