// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.javawebsocket;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.java_websocket.drafts.Draft;

/** Java-WebSocket itself: it says what is expected of the drop-in. */
class ServerOnAPortIT extends ServerSentences {

    private ServerOnAPort server;

    @Override
    Program.Server server(Program program, List<Draft> drafts) {
        server = new ServerOnAPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), drafts, program);
        return server;
    }

    @Override
    RawWebSocket socket() {
        return RawWebSocket.dial(URI.create("ws://127.0.0.1:" + server.getPort()));
    }

    @Override
    Handshake asking(String resource) {
        return Handshake.to(resource);
    }
}
