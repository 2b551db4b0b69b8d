// SPDX-License-Identifier: Apache-2.0
import dev.fairlead.client.javawebsocket.RelayedWebSocketServer;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;

/**
 * A chat on the hybrid connection "chat": java Chat.java. It was written for Java-WebSocket's own server, on a port of this
 * machine; what was changed is the class that it extends, and the arguments of super.
 */
public class Chat extends RelayedWebSocketServer { // on a port: extends WebSocketServer

    Chat(ConnectionString relay) {
        super(relay, "chat"); // on a port: super(new InetSocketAddress(8887));
    }

    @Override
    public void onStart() {
        setConnectionLostTimeout(100);
        System.out.println("chat on " + getURI());
    }

    @Override
    public void onOpen(WebSocket conn, ClientHandshake handshake) {
        conn.setAttachment(name(handshake.getResourceDescriptor()));
        conn.send("welcome to the chat");
        broadcast(conn.getAttachment() + " has come");
    }

    @Override
    public void onMessage(WebSocket conn, String message) {
        broadcast(conn.getAttachment() + ": " + message);
    }

    @Override
    public void onClose(WebSocket conn, int code, String reason, boolean remote) {
        broadcast(conn.getAttachment() + " has left");
    }

    @Override
    public void onError(WebSocket conn, Exception failure) {
        System.err.println((conn == null ? "the server" : conn.getAttachment()) + ": " + failure.getMessage());
    }

    /** The last part of the path that a client asked for: /ada is ada. */
    private static String name(String resource) {
        String path = resource.split("\\?", 2)[0];
        String last = path.substring(path.lastIndexOf('/') + 1);
        return last.isEmpty() ? "somebody" : last;
    }

    public static void main(String[] arguments) throws IOException {
        String told = System.getenv("FAIRLEAD_CONNECTION_STRING");
        Path file = Path.of("../../data/connection-string-plain");
        if (told == null && !Files.exists(file)) {
            System.err.println("start the relay with ./fairlead serve, or set FAIRLEAD_CONNECTION_STRING to the connection"
                    + " string of one");
            System.exit(1);
        }
        Chat chat = new Chat(ConnectionString.parse(told == null ? Files.readString(file) : told));
        chat.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                chat.stop(1000, "the chat is over");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
