// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.token.ConnectionString;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;

/** A server that remembers what it was told, in order. Nobody answers where its relay is said to be. */
final class RecordingServer extends RelayedWebSocketServer {

    /** The port is reserved (RFC 6335, section 6), so that nobody listens there. */
    static final String NOWHERE =
            "Endpoint=http://127.0.0.1:1/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0;EntityPath=hyco";

    volatile String subprotocol = "";
    volatile Runnable onHandshake = () -> {};
    volatile Runnable onText = () -> {};

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    RecordingServer() {
        this(ConnectionString.parse(NOWHERE));
    }

    RecordingServer(ConnectionString relay) {
        super(relay);
    }

    @Override
    public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
            WebSocket conn, Draft draft, ClientHandshake request) throws InvalidDataException {
        ServerHandshakeBuilder response = super.onWebsocketHandshakeReceivedAsServer(conn, draft, request);
        if (!subprotocol.isEmpty()) {
            response.put("Sec-WebSocket-Protocol", subprotocol);
        }
        onHandshake.run();
        return response;
    }

    @Override
    public void onOpen(WebSocket conn, ClientHandshake handshake) {
        told.add("open");
    }

    @Override
    public void onMessage(WebSocket conn, String message) {
        onText.run();
    }

    @Override
    public void onCloseInitiated(WebSocket conn, int code, String reason) {
        told.add("initiated " + code + " " + reason);
    }

    @Override
    public void onClosing(WebSocket conn, int code, String reason, boolean remote) {
        told.add("closing " + code + " " + reason);
    }

    @Override
    public void onClose(WebSocket conn, int code, String reason, boolean remote) {
        told.add("close " + code + " " + reason + " " + remote);
    }

    @Override
    public void onError(WebSocket conn, Exception ex) {
        told.add("error " + (ex.getCause() == null ? ex : ex.getCause()));
    }

    @Override
    public void onStart() {
        told.add("start");
    }

    void tells(String... expected) {
        try {
            for (String one : expected) {
                assertThat(told.poll(FakeLine.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo(one);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void tellsNothingMore() {
        assertThat(told).isEmpty();
    }
}
