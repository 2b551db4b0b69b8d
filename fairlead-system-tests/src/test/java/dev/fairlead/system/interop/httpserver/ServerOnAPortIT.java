// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.httpserver;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** The JDK's server itself: it says what is expected of the drop-in. */
class ServerOnAPortIT extends ServerSentences {

    private HttpServer server;

    @Override
    HttpServer server() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        return server;
    }

    @Override
    HttpSenderDriver sender() {
        return new HttpSenderDriver(
                URI.create("ws://127.0.0.1:" + server.getAddress().getPort()), "", "");
    }

    @Override
    Handshake asking(String resource) {
        return Handshake.plain(resource);
    }

    @Override
    void isTurnedAway(HttpSenderDriver sender) {
        sender.isHungUpOn();
    }
}
