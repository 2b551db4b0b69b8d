// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.httpserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.fairlead.client.NotAuthorized;
import dev.fairlead.client.httpserver.RelayedHttpServer;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.testkit.Answer;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What has no likeness on a port: the ups and downs of the relay, and its part in what comes. */
@ExtendWith(RelayUnderTest.Extension.class)
class RelayedServerLifeIT {

    private static final String PATH = "web";

    private RelayUnderTest relay;
    private RelayedHttpServer server;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void makes(String connectionString) {
        server = RelayedHttpServer.create(ConnectionString.parse(connectionString), PATH);
        server.createContext("/", RelayedServerLifeIT::says);
    }

    private static void says(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void serverThatIsNotLetInDoesNotStart() {
        makes(relay.connectionString() + "x");

        assertThatThrownBy(server::start).isInstanceOf(NotAuthorized.class);
        assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void serverIsWhereItsAddressSays() {
        makes(relay.connectionString());

        assertThat(server.uri()).isEqualTo(relay.httpUri().resolve("/" + PATH));
        assertThat(server.getAddress()).hasToString("/127.0.0.1:" + relay.port());
        assertThatThrownBy(() -> server.bind(new InetSocketAddress(0), 0)).isInstanceOf(BindException.class);
    }

    @Test
    void hybridConnectionItselfIsTheRootOfTheServer() {
        makes(relay.connectionString());
        server.start();

        relay.http(PATH).gets().isAnsweredWith(200, "/");
        relay.http(PATH).gets("/").isAnsweredWith(200, "/");
        relay.http(PATH).gets("/a/?b&sb-hc-c=d").isAnsweredWith(200, "/a/?b");
    }

    @Test
    void serverComesBackWhenItsRelayDoes() {
        makes(relay.connectionString());
        server.start();
        relay.http(PATH).gets("/before").isAnsweredWith(200, "/before");

        relay.restarts();
        relay.untilMeter("fairlead_relay_listeners", 1);

        relay.http(PATH).gets("/after").isAnsweredWith(200, "/after");
    }

    @Test
    void largeAnswerIsChunkedWhateverItsLengthAndHeldToIt() {
        makes(relay.connectionString());
        server.createContext("/large", exchange -> {
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write(new byte[100_000]);
            exchange.close();
        });
        server.start();

        Answer answer = relay.http(PATH).gets("/large").isAnswered();

        assertThat(answer.head().header("Transfer-Encoding")).contains("chunked");
        assertThat(answer.body()).hasSize(100_000);
    }

    @Test
    void executorThatTakesNothingHasItsSendersWaitForAnotherTime() {
        makes(relay.connectionString());
        ExecutorService closed = Executors.newSingleThreadExecutor();
        closed.shutdown();
        server.setExecutor(closed);
        server.start();

        assertThat(relay.http(PATH).gets().isAnswered().status()).isEqualTo(503);
    }

    @Test
    void webSocketsAreRefused() {
        makes(relay.connectionString());
        server.start();

        relay.sender(PATH).connects().isRefusedWith(405, "no WebSockets");
    }

    @Test
    void serverIsStoppedByAHandler() {
        makes(relay.connectionString());
        server.createContext("/stop", exchange -> {
            says(exchange);
            server.stop(5);
        });
        server.start();

        HttpSenderDriver sender = relay.http(PATH).gets("/stop");

        sender.isAnsweredWith(200, "/stop");
        relay.untilNobodyListens();
    }
}
