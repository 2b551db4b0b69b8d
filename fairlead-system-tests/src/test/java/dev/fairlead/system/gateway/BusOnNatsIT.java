// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.NatsServer;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two gateways on one bus on NATS, one of them with a Java service: docs/protocol/wsserver.md. */
class BusOnNatsIT {

    private final NatsServer nats = NatsServer.started();
    private final RelayUnderTest one = new RelayUnderTest();
    private final RelayUnderTest other = new RelayUnderTest();

    @BeforeEach
    void start() {
        String backend = "path: /ws, backend: {type: bus, bus: nats, natsServers: [\"" + nats.url() + "\"]";
        one.offers(backend + ", services: [" + ChatRoom.class.getName() + "]}").server();
        other.offers(backend + "}").server();
        until(one, "ready\n");
        until(other, "ready\n");
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        nats.close();
    }

    private static void until(RelayUnderTest server, String part) {
        long end = System.nanoTime() + Patience.LIMIT.toNanos();
        while (!server.page("/readyz").contains(part)) {
            assertThat(System.nanoTime()).as("readiness says " + part).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void clientsOfBothReachEachOther() {
        try (BusUser ada = BusUser.comes(one.uri(), "ada");
                BusUser bob = BusUser.comes(other.uri(), "bob")) {
            bob.says("chat-say", "{\"to\": \"ada\", \"text\": \"hi, ž\"}");
            assertThat(ada.hearsMessage()).isEqualTo("chat-said {\"from\": \"bob\", \"text\": \"hi, \\u017e\"}");

            ada.says("chat-say", "{\"to\": [\"127.0.0.1\", " + bob.port() + "], \"text\": \"ho\"}");
            assertThat(bob.hearsMessage()).isEqualTo("chat-said {\"from\": \"ada\", \"text\": \"ho\"}");

            ada.says("chat-say", "{\"text\": \"all\"}");
            assertThat(ada.hearsMessage()).isEqualTo("chat-said {\"from\": \"ada\", \"text\": \"all\"}");
            assertThat(bob.hearsMessage()).isEqualTo("chat-said {\"from\": \"ada\", \"text\": \"all\"}");

            bob.close();
            assertThat(ada.hearsMessage()).isEqualTo("chat-left {\"name\": \"bob\"}");
        }
    }

    @Test
    void whatClientsSayWhileNatsIsAwayWaitsForIt() {
        try (BusUser ada = BusUser.comes(one.uri(), "ada")) {
            nats.kill();
            until(one, "/ws: ");
            ada.says("chat-say", "{\"to\": \"ada\", \"text\": \"later\"}");
            ada.hearsNothing();

            nats.start();

            assertThat(ada.hearsMessage()).isEqualTo("chat-said {\"from\": \"ada\", \"text\": \"later\"}");
        }
    }
}
