// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.testkit.PoorLine;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import java.time.Duration;
import java.util.List;
import org.java_websocket.WebSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What has no likeness on a port: the ups and downs of the relay, and the bounds that Java-WebSocket's server has not. */
@ExtendWith(RelayUnderTest.Extension.class)
class RelayedServerLifeIT {

    private static final String PATH = "rooms";

    private final Program program = new Program();
    private RelayUnderTest relay;
    private ServerBehindARelay server;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.stop(200, "");
    }

    private void starts(Program told, String connectionString) {
        server = new ServerBehindARelay(
                RelayListener.builder(ConnectionString.parse(connectionString)).path(PATH), List.of(), told);
        server.start();
    }

    private void serves(Program told) throws InterruptedException {
        starts(told, relay.connectionString());
        told.tells("start");
    }

    private SenderDriver connects() {
        return relay.sender(PATH).connects().isConnected();
    }

    @Test
    void serverThatIsNotLetInIsToldWhyAndEnds() throws Exception {
        starts(program, relay.connectionString() + "x");

        program.tells("error NotAuthorized");
        server.stop();
        program.tellsNothingMore();
    }

    @Test
    void serverComesBackWhenItsRelayDoes() throws Exception {
        serves(program);
        connects().sends("hallo").receives("hallo");
        program.tells("open /");

        relay.restarts();
        program.tells("close 1006  by the peer");
        SenderDriver sender = comesBack();

        sender.sends("still there?").receives("still there?");
        program.tells("open /");
        program.tellsNothingMore();
    }

    /** The relay knows no hybrid connection until its listener is back. */
    private SenderDriver comesBack() {
        relay.untilMeter("fairlead_relay_listeners", 1);
        return connects();
    }

    @Test
    void serverIsWhereItsAddressSays() throws Exception {
        Program local = new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                conn.send(conn.getLocalSocketAddress().toString());
            }
        };
        serves(local);

        assertThat(server.getURI()).hasToString(relay.uri() + "/$hc/" + PATH);
        assertThat(server.getPort()).isEqualTo(relay.port());
        connects().sends("where?").receives(server.getAddress().toString());
    }

    @Test
    void stopReturnsThoughNobodySaysGoodbye() throws Exception {
        serves(program);
        connects();
        connects();
        program.tells("open /", "open /");

        long before = System.nanoTime();
        server.stop(300, "now");
        Duration taken = Duration.ofNanos(System.nanoTime() - before);

        assertThat(taken).isLessThan(Duration.ofSeconds(3));
        assertThat(server.getConnections()).isEmpty();
    }

    @Test
    void serverIsStoppedByACallback() throws Exception {
        serves(new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                try {
                    server.stop(300, "as you wish");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });

        connects().sends("stop").isClosedWith(1001, "as you wish");

        relay.untilNobodyListens();
    }

    @Test
    void clientThatDoesNotReadKeepsNobodyFromHearing() throws Exception {
        serves(new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                for (int i = 0; i < 100; i++) {
                    server.broadcast(new byte[100_000]);
                }
                server.broadcast("over");
            }
        });
        relay.sender(PATH).withReceiveBuffer(4096).connects().isConnected();
        SenderDriver listens = connects();

        listens.sends("go");

        for (int i = 0; i < 100; i++) {
            assertThat(listens.receivesMessage().length()).isEqualTo(100_000);
        }
        listens.receives("over");
    }

    @Test
    void lineThatStandsStillIsLost() throws Exception {
        try (PoorLine line = new PoorLine(relay.port(), Duration.ZERO, 0)) {
            starts(program, relay.connectionString().replace(":" + relay.port() + "/", ":" + line.port() + "/"));
            program.tells("start");
            server.setConnectionLostTimeout(1);
            connects();
            program.tells("open /");

            line.standsStill(Duration.ofSeconds(5));

            program.tells("close 1006 The line to the relay was silent for too long");
        }
    }
}
