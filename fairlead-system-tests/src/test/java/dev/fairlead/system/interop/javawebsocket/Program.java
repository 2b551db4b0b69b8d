// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.javawebsocket;

import dev.fairlead.testkit.Patience;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.handshake.ClientHandshake;

/** What somebody wrote into the callbacks of a server, and a diary of them. What the server extends is not its matter. */
class Program {

    private final BlockingQueue<String> diary = new LinkedBlockingQueue<>();
    private final List<String> read = new ArrayList<>();

    /** What programs call on the server that they are. */
    interface Server {

        void start();

        void stop() throws InterruptedException;

        void stop(int timeout, String closeMessage) throws InterruptedException;

        Collection<WebSocket> getConnections();

        void broadcast(String text);

        void broadcast(byte[] data);

        void broadcast(ByteBuffer data, Collection<WebSocket> clients);

        void setConnectionLostTimeout(int seconds);
    }

    void onStart(Server server) {
        notes("start");
    }

    void onHandshake(Server server, WebSocket conn, ClientHandshake request) throws InvalidDataException {}

    void onOpen(Server server, WebSocket conn, ClientHandshake handshake) {
        notes("open " + handshake.getResourceDescriptor());
    }

    void onMessage(Server server, WebSocket conn, String message) {
        conn.send(message);
    }

    void onMessage(Server server, WebSocket conn, ByteBuffer message) {
        conn.send(message);
    }

    void onPong(Server server, WebSocket conn) {}

    void onCloseInitiated(WebSocket conn, int code, String reason) {
        notes("initiated " + code + " " + reason);
    }

    void onClosing(WebSocket conn, int code, String reason, boolean remote) {
        notes("closing " + code + " " + reason + (remote ? " by the peer" : ""));
    }

    void onClose(Server server, WebSocket conn, int code, String reason, boolean remote) {
        notes("close " + code + " " + reason + (remote ? " by the peer" : ""));
    }

    void onError(WebSocket conn, Exception failure) {
        notes("error " + failure.getClass().getSimpleName());
    }

    final void notes(String line) {
        diary.add(line);
    }

    /** Reads the next lines of the diary, and fails if they are others. */
    final void tells(String... lines) throws InterruptedException {
        for (String line : lines) {
            tellsOneOf(new ArrayList<>(List.of(line)));
        }
    }

    /** Reads as many lines of the diary, and fails if they are others; for callbacks of several connections, or threads. */
    final void tellsInAnyOrder(String... lines) throws InterruptedException {
        List<String> expected = new ArrayList<>(List.of(lines));
        while (!expected.isEmpty()) {
            tellsOneOf(expected);
        }
    }

    private void tellsOneOf(List<String> expected) throws InterruptedException {
        String next = diary.poll(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null || !expected.remove(next)) {
            throw new AssertionError("one of " + expected + " was expected in the diary, but "
                    + (next == null ? "nothing more came" : "this came: \"" + next + "\"") + "; read before: " + read);
        }
        read.add(next);
    }

    final void tellsNothingMore() {
        if (!diary.isEmpty()) {
            throw new AssertionError("nothing more was expected in the diary, but this came: " + diary);
        }
    }
}
