// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.system.interop.Told;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that the relay itself shows, and that talks to an endpoint of the gateway: its own origin. */
class OwnPageIT {

    private static final String PAGE = """
            <!doctype html><title>own</title><script>
            const told = word => fetch('told', {method: 'POST', body: word});
            const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws');
            socket.onopen = () => socket.send('ahoy');
            socket.onmessage = message => told('heard ' + message.data);
            socket.onerror = () => told('refused');
            </script>
            """;

    @Test
    void pageOfTheGatewaysOwnOriginIsLetIn(@TempDir Path profile) throws IOException {
        Told told = new Told();
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/", exchange -> {
            byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        site.createContext("/told", exchange -> {
            told.tell(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        site.start();
        try (RelayUnderTest relay = new RelayUnderTest()
                .knows("path: site, senderAuthorization: anonymous")
                .offers("path: /ws")) {
            try (RelayListener listener = RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                    .path("site")
                    .forwardTo(RelayForwarder.to(
                            URI.create("http://127.0.0.1:" + site.getAddress().getPort())))
                    .build()) {
                listener.open().join();

                try (ForeignProgram browser = Chromium.showing(relay.httpUri() + "/site/", profile)) {
                    assertThat(told.next("", () -> "; the browser printed: " + browser.log()))
                            .isEqualTo("heard ahoy");
                }
            }
        } finally {
            site.stop(0);
        }
    }
}
