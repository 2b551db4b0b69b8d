// SPDX-License-Identifier: Apache-2.0
package example.notes;

import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Starts Jetty on a free port of the loopback, and has a relay forward to it whatever comes for "jetty". */
public class NotesServer {

    public static void main(String[] arguments) throws Exception {
        ConnectionString relay = relay();
        Server server = jetty();
        server.start();

        RelayListener listener = RelayListener.builder(relay)
                .path("jetty")
                .forwardTo(RelayForwarder.to(server.getURI())) // the one line
                .onStateChange(state -> System.out.println("relay: " + state))
                .build();
        listener.open();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            listener.close();
            LifeCycle.stop(server);
        }));
    }

    /** As it would be without a relay. */
    private static Server jetty() {
        HttpConfiguration configuration = new HttpConfiguration();
        // the address that the client asked for, not the one that it was forwarded to
        configuration.addCustomizer(new ForwardedRequestCustomizer());
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);

        ResourceHandler pages = new ResourceHandler();
        pages.setBaseResource(ResourceFactory.of(server).newClassLoaderResource("static/"));
        pages.setHandler(new Notes());
        WebSocketUpgradeHandler sockets = WebSocketUpgradeHandler.from(server, container -> container.addMapping(
                "/echo", (request, response, callback) -> {
                    if (request.hasSubProtocol(Echo.SUBPROTOCOL)) {
                        response.setAcceptedSubProtocol(Echo.SUBPROTOCOL);
                    }
                    return new Echo();
                }));
        sockets.setHandler(pages);
        server.setHandler(sockets);
        return server;
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
