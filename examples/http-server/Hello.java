// SPDX-License-Identifier: Apache-2.0
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.concurrent.Executors;

/**
 * A greeting and a clock, written for the JDK's own HTTP server on a port, which knows nothing of a relay: java Hello.java.
 *
 * The same program, on the hybrid connection "hello", when the JVM is told so (the relay is started with ./fairlead serve, and
 * was built by that):
 *
 *   ../build -pl http-server -am
 *   export FAIRLEAD_CONNECTION_STRING=@../../data/connection-string-plain
 *   java -cp 'target/lib/*' \
 *       -Dcom.sun.net.httpserver.HttpServerProvider=dev.fairlead.client.httpserver.RelayedHttpServerProvider \
 *       -Ddev.fairlead.path=hello Hello.java
 *
 *   ../../fairlead request @../../data/connection-string-plain hello/ada
 *   ../../fairlead request @../../data/connection-string-plain hello/clock
 *
 * A program that wants to say it by itself writes RelayedHttpServer.create(ConnectionString.parse(…), "hello") in the place of
 * HttpServer.create(…), and leaves the rest as it is.
 */
public class Hello {

    public static void main(String[] arguments) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
        server.createContext("/", Hello::greets);
        server.createContext("/clock", Hello::ticks);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        System.out.println("hello at " + server.getAddress());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
    }

    private static void greets(HttpExchange exchange) throws IOException {
        String name = exchange.getRequestURI().getPath().substring(1);
        byte[] body = ("hello " + (name.isEmpty() ? "world" : name) + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Says the time each second, as server-sent events, until the client has heard enough. */
    private static void ticks(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
                out.write(("data: " + LocalTime.now() + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                Thread.sleep(1000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
