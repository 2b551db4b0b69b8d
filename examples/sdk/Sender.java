// SPDX-License-Identifier: Apache-2.0
import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelaySender;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/** Sends one message to the hybrid connection "hello" and prints the answer: java Sender.java [MESSAGE] */
public class Sender {

    public static void main(String[] arguments) throws IOException {
        RelaySender sender = RelaySender.builder(relay()).path("hello").build();
        ConnectionHandler printing = new ConnectionHandler() {
            @Override
            public void onText(RelayConnection connection, String text) {
                System.out.println(text);
                connection.close();
            }
        };
        try {
            RelayConnection connection = sender.connect(printing).join();
            connection.sendText(arguments.length > 0 ? arguments[0] : "hello");
            connection.closed().join();
        } catch (CompletionException e) {
            // NotFound if nobody listens, NotAuthorized, Rejected by the listener, RelayUnreachable …
            System.err.println(e.getCause() instanceof RelayException refused ? refused.getMessage() : e);
            System.exit(1);
        }
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
