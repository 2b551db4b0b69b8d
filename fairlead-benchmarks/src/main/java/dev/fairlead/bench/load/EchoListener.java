// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** A program that listens with the SDK, as its users write one, and echoes. A process of its own, without options for the JVM. */
public final class EchoListener {

    /** What it prints once senders can reach it. */
    static final String READY = "online";

    private EchoListener() {}

    /**
     * Listens until it is killed.
     *
     * @param arguments a connection string and a path
     */
    public static void main(String[] arguments) throws InterruptedException {
        RelayListener listener = RelayListener.builder(ConnectionString.parse(arguments[0]))
                .path(arguments[1])
                .onConnection(new Echo())
                .build();
        listener.open().join();
        System.out.println(READY);
        new CountDownLatch(1).await();
    }

    private static final class Echo implements ConnectionHandler {

        @Override
        public void onText(RelayConnection connection, String text) {
            connection.sendText(text);
        }

        @Override
        public void onBinary(RelayConnection connection, byte[] message) {
            connection.sendBinary(ByteBuffer.wrap(message));
        }
    }
}
