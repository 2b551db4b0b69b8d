// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.javawebsocket;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.server.WebSocketServer;

/** Java-WebSocket's own server. But for its first lines it is the same class as {@link ServerBehindARelay}. */
final class ServerOnAPort extends WebSocketServer implements Program.Server {

    private final Program program;

    ServerOnAPort(InetSocketAddress address, List<Draft> drafts, Program program) {
        super(address, drafts);
        this.program = program;
        setReuseAddr(true);
        setTcpNoDelay(true);
        setDaemon(true);
    }

    @Override
    public void onStart() {
        program.onStart(this);
    }

    @Override
    public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
            WebSocket conn, Draft draft, ClientHandshake request) throws InvalidDataException {
        ServerHandshakeBuilder response = super.onWebsocketHandshakeReceivedAsServer(conn, draft, request);
        program.onHandshake(this, conn, request);
        return response;
    }

    @Override
    public void onOpen(WebSocket conn, ClientHandshake handshake) {
        program.onOpen(this, conn, handshake);
    }

    @Override
    public void onMessage(WebSocket conn, String message) {
        program.onMessage(this, conn, message);
    }

    @Override
    public void onMessage(WebSocket conn, ByteBuffer message) {
        program.onMessage(this, conn, message);
    }

    @Override
    public void onWebsocketPong(WebSocket conn, Framedata f) {
        program.onPong(this, conn);
    }

    @Override
    public void onCloseInitiated(WebSocket conn, int code, String reason) {
        program.onCloseInitiated(conn, code, reason);
    }

    @Override
    public void onClosing(WebSocket conn, int code, String reason, boolean remote) {
        program.onClosing(conn, code, reason, remote);
    }

    @Override
    public void onClose(WebSocket conn, int code, String reason, boolean remote) {
        program.onClose(this, conn, code, reason, remote);
    }

    @Override
    public void onError(WebSocket conn, Exception failure) {
        program.onError(conn, failure);
    }
}
