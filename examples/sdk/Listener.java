// SPDX-License-Identifier: Apache-2.0
import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.ListenerState;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Listens on the hybrid connection "hello" and answers each message, and each plain request: java Listener.java */
public class Listener {

    public static void main(String[] arguments) throws IOException, InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        RelayListener listener = RelayListener.builder(relay())
                .path("hello")
                .onConnection(new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection connection, String text) {
                        connection.sendText("you said: " + text);
                    }
                })
                .onRequest(exchange -> exchange.response()
                        .send("you asked for: " + exchange.request().target() + "\n"))
                .onStateChange(state -> {
                    System.out.println(state instanceof ListenerState.Online ? "listening on hello" : "hello: " + state);
                    if (state instanceof ListenerState.Closed) {
                        closed.countDown();
                    }
                })
                .build();
        listener.open();
        Runtime.getRuntime().addShutdownHook(new Thread(listener::close));
        // the SDK's threads are daemons, so without this the program would end here
        closed.await();
    }

    private static ConnectionString relay() throws IOException {
        String told = System.getenv("FAIRLEAD_CONNECTION_STRING");
        Path file = Path.of("../../data/connection-string-plain");
        if (told == null && !Files.exists(file)) {
            System.err.println("start the relay with ./fairlead serve, or set FAIRLEAD_CONNECTION_STRING to the connection"
                    + " string of one");
            System.exit(1);
        }
        return ConnectionString.parse(told == null ? Files.readString(file) : told);
    }
}
