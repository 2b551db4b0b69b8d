// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;

/** What a listener of the SDK does here: it says again what it hears. */
final class Echo implements ConnectionHandler {

    static RelayListener.Builder listener(String connectionString, String path) {
        return RelayListener.builder(ConnectionString.parse(connectionString))
                .path(path)
                .onConnection(new Echo());
    }

    @Override
    public void onText(RelayConnection connection, String text) {
        connection.sendText(text);
    }
}
