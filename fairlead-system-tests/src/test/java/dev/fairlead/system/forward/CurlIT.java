// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** curl and a web server, over TCP and over relayed requests, by several forwards of one command. */
class CurlIT {

    private static final int LENGTH = 5_000_000;

    private final RelayUnderTest relay = new RelayUnderTest();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer web;
    private HttpServer other;

    @BeforeEach
    void startServers() throws IOException {
        web = serving("web");
        other = serving("other");
    }

    private HttpServer serving(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            int received = exchange.getRequestBody().readAllBytes().length;
            byte[] answer = (name + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + received
                            + " " + exchange.getRequestHeaders().getFirst("Authorization") + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length + LENGTH);
            exchange.getResponseBody().write(answer);
            exchange.getResponseBody().write(new byte[LENGTH]);
            exchange.close();
        });
        server.setExecutor(executor);
        server.start();
        return server;
    }

    @AfterEach
    void stopServers() {
        web.stop(0);
        other.stop(0);
        executor.close();
        relay.close();
    }

    private List<String> asks(String... words) {
        List<String> all = new ArrayList<>(List.of(
                "-c",
                "\"$0\" \"$@\" | tr -d '\\000'",
                ForeignProgram.find("curl").toString(),
                "--silent",
                "--show-error",
                "--max-time",
                "30",
                "--write-out",
                "%{size_download}\\n"));
        all.addAll(List.of(words));
        try (ForeignProgram curl = ForeignProgram.running(ForeignProgram.find("sh"), all.toArray(String[]::new))
                .start()) {
            assertThat(curl.exits()).as("%s", curl.log()).isZero();
            return curl.wholeLog();
        }
    }

    @Test
    void pagesComeOverForwardedPortsAndOverRelayedRequests() {
        int webPort = web.getAddress().getPort();
        int otherPort = other.getAddress().getPort();
        try (Forward remote = Forward.with(
                        relay,
                        "-T",
                        "sites:one/127.0.0.1:" + webPort + ";two/127.0.0.1:" + otherPort,
                        "-H",
                        "sites:http/127.0.0.1:" + webPort,
                        "-H",
                        "below:http/127.0.0.1:" + otherPort + "/app");
                Forward local = Forward.with(relay, "-L", "0/one:sites", "-L", "0/two:sites")) {
            remote.listens("sites", "below");
            int one = local.port();
            int two = local.port();

            assertThat(asks("http://127.0.0.1:" + one + "/a?b", "-d", "12345"))
                    .first()
                    .isEqualTo("web POST /a?b 5 null");
            assertThat(asks("http://127.0.0.1:" + two + "/a?b")).first().isEqualTo("other GET /a?b 0 null");
            assertThat(asks(
                            relay.httpUri() + "/sites/a?b",
                            "-H",
                            "ServiceBusAuthorization: " + relay.token("sites"),
                            "-H",
                            "Authorization: Bearer bearbear"))
                    .first()
                    .isEqualTo("web GET /a?b 0 Bearer bearbear");
            assertThat(asks(relay.httpUri() + "/below/a?b", "-H", "ServiceBusAuthorization: " + relay.token("below")))
                    .containsExactly(
                            "other GET /app/a?b 0 null", "" + (LENGTH + "other GET /app/a?b 0 null\n".length()));
        }
    }
}
