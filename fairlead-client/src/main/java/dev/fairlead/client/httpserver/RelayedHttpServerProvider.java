// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Has {@code HttpServer.create} return servers behind a relay, without a changed line in the program. The JVM is told so, on
 * the class path and on the module path alike:
 *
 * <pre>{@code
 * FAIRLEAD_CONNECTION_STRING=… java \
 *     -Dcom.sun.net.httpserver.HttpServerProvider=dev.fairlead.client.httpserver.RelayedHttpServerProvider \
 *     -Ddev.fairlead.path=hello …
 * }</pre>
 *
 * <p>On the module path {@code dev.fairlead.client} has to be among the modules ({@code --add-modules dev.fairlead.client} if
 * no other requires it).
 *
 * <table>
 * <caption>What the JVM is told</caption>
 * <tr><th>name<th>is
 * <tr><td>system property {@code dev.fairlead.connectionString}, or else {@code FAIRLEAD_CONNECTION_STRING} in the environment
 *     <td>the relay, with a key that may listen; {@code @FILE} reads it from a file
 * <tr><td>system property {@code dev.fairlead.path}
 *     <td>the hybrid connection: plain, not encoded; what {@code EntityPath} of the connection string names unless told
 * <tr><td>system property {@code dev.fairlead.path.8080}
 *     <td>the hybrid connection of the server that the program creates for port 8080. Servers on one path share its requests,
 *     so a program that has several servers needs this
 * </table>
 *
 * <p>A relay whose certificate the JVM does not know is trusted by means of {@code javax.net.ssl.trustStore}. If something is
 * missing, {@code create} throws an {@code IOException} that names it. The address that a program gives is no longer opened.
 * {@link RelayedHttpServer} tells what is otherwise than on a port.
 */
public final class RelayedHttpServerProvider extends HttpServerProvider {

    private final RelaySettings settings = new RelaySettings(System::getProperty, System::getenv);

    /** Called by the JDK; reads nothing yet. */
    public RelayedHttpServerProvider() {}

    /**
     * Makes a relayed server.
     *
     * @param addr whose port names the path; {@code null} for a server that is to be bound
     * @param backlog means nothing here
     * @throws IOException if the JVM was not told which relay
     */
    @Override
    public HttpServer createHttpServer(InetSocketAddress addr, int backlog) throws IOException {
        RelayedHttpServer server = new RelayedHttpServer(settings::at);
        if (addr != null) {
            server.bind(addr, backlog);
        }
        return server;
    }

    /**
     * Refuses: it is the relay that speaks TLS with senders.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public HttpsServer createHttpsServer(InetSocketAddress addr, int backlog) {
        throw new UnsupportedOperationException(
                "HttpsServer: not behind a relay (expected: HttpServer; it is the relay that speaks TLS with senders)");
    }
}
