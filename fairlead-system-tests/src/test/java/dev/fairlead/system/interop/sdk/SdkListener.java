// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.system.interop.Story;
import dev.fairlead.system.interop.Told;
import dev.fairlead.testkit.RelayUnderTest;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A listener of the SDK that does what the foreign ones do. */
final class SdkListener implements Story, ConnectionHandler {

    private static final Pattern CLOSE = Pattern.compile("close (\\d+) (.*)");

    private final Told told = new Told();
    private final RelayListener listener;

    /** Is online when made. */
    SdkListener(RelayUnderTest relay, String path) {
        listener = RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                .path(path)
                .sslContext(relay.authority().trusting())
                .onConnection(this)
                .build();
        listener.open().join();
    }

    @Override
    public void onOpen(RelayConnection connection) {
        told.tell("accepted");
    }

    @Override
    public void onText(RelayConnection connection, String text) {
        Matcher close = CLOSE.matcher(text);
        if (close.matches()) {
            connection.close(new CloseStatus(Integer.parseInt(close.group(1)), close.group(2)));
        } else {
            connection.sendText(text);
        }
    }

    @Override
    public void onBinary(RelayConnection connection, byte[] message) {
        connection.sendBinary(ByteBuffer.wrap(message));
    }

    @Override
    public void onClose(RelayConnection connection, CloseStatus status) {
        told.tell("closed " + status.code() + " " + status.reason());
    }

    @Override
    public void onLost(RelayConnection connection, RelayException cause) {
        told.tell("closed 1006 " + cause.getMessage());
    }

    @Override
    public String prints(String beginning) {
        return told.next(beginning, () -> "");
    }

    @Override
    public void close() {
        listener.close();
    }
}
