// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.embedded.EmbeddedBus;
import dev.fairlead.server.FairleadServer;
import dev.fairlead.server.config.ConfigLoader;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.WireFrame;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a bus of its own and a Java service on it: docs/protocol/bus.md. */
@ExtendWith(RelayUnderTest.Extension.class)
class BusIT {

    private static final int CLIENTS = 9_000;

    private static RelayUnderTest chat(RelayUnderTest server) {
        return server.offers(
                "path: /ws, backend: {type: bus, bus: embedded, services: [" + ChatRoom.class.getName() + "]}");
    }

    @Test
    void clientsReachEachOtherThroughAServiceByNameByAddressAndAllAtOnce(RelayUnderTest server) {
        URI uri = chat(server).uri();
        try (BusUser ada = BusUser.comes(uri, "ada");
                BusUser bob = BusUser.comes(uri, "bob")) {
            ada.says("chat-say", "{\"to\": \"bob\", \"text\": \"hi, ž\"}");
            assertThat(bob.hearsMessage()).isEqualTo("chat-said {\"from\": \"ada\", \"text\": \"hi, \\u017e\"}");

            bob.says("chat-say", "{\"to\": [\"127.0.0.1\", " + ada.port() + "], \"text\": \"ho\"}");
            assertThat(ada.hearsMessage()).isEqualTo("chat-said {\"from\": \"bob\", \"text\": \"ho\"}");

            ada.says("chat-say", "{\"text\": \"all\"}");
            assertThat(ada.hearsMessage()).isEqualTo("chat-said {\"from\": \"ada\", \"text\": \"all\"}");
            assertThat(bob.hearsMessage()).isEqualTo("chat-said {\"from\": \"ada\", \"text\": \"all\"}");
            ada.hearsNothing();
        }
    }

    @Test
    void whatAClientSaysComesInItsOrder(RelayUnderTest server) {
        try (BusUser ada = BusUser.comes(chat(server).uri(), "ada")) {
            for (int i = 0; i < 500; i++) {
                ada.says("chat-say", "{\"to\": \"ada\", \"text\": \"" + i + "\"}");
            }

            for (int i = 0; i < 500; i++) {
                assertThat(ada.hearsMessage()).endsWith("\"text\": \"" + i + "\"}");
            }
        }
    }

    @Test
    void clientThatPosesAsAServiceIsSentAwayAndServicesHearThatItIsGone(RelayUnderTest server) {
        URI uri = chat(server).uri();
        try (BusUser mallory = BusUser.comes(uri, "mallory");
                BusUser bob = BusUser.comes(uri, "bob")) {
            mallory.says("client-disconnect", "{\"address\": null, \"username\": \"bob\"}");
            assertThat(mallory.hearsMessage()).startsWith("error-response {\"message\": \"type: client-disconnect ");
            mallory.says("net-send", "{\"response_addrs\": [\"bob\"], \"msg\": {\"type\": \"chat-said\"}}");

            WireFrame close = mallory.hearsClose();
            assertThat(close.closeCode()).isEqualTo(1000);
            assertThat(close.closeReason()).isEmpty();
            mallory.close();
            assertThat(bob.hearsMessage()).isEqualTo("chat-left {\"name\": \"mallory\"}");
        }
    }

    @Test
    void longestMessageIsThatOfTheOriginal(RelayUnderTest server) {
        try (BusUser ada = BusUser.comes(chat(server).uri(), "ada")) {
            ada.says("chat-say", "{\"text\": \"" + "x".repeat(1 << 20) + "\"}");

            assertThat(ada.hearsClose().closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void programBringsItsOwnBus(@TempDir Path home) throws IOException {
        Path file = Files.writeString(home.resolve("fairlead.yaml"), """
                dataDirectory: %s
                listen: [{address: "127.0.0.1:0"}]
                management: {address: "127.0.0.1:0"}
                gateway:
                  endpoints:
                    - {path: /ws, backend: {type: bus, bus: embedded}}
                """.formatted(home));
        ServerConfig config = new ConfigLoader(file, List.of(), Map.of()).load().config();
        try (EmbeddedBus bus = new EmbeddedBus();
                ChatRoom room = new ChatRoom()) {
            room.joinTo(bus);
            try (FairleadServer server = FairleadServer.start(config.withBus("/ws", bus));
                    BusUser ada = BusUser.comes(
                            URI.create("ws://127.0.0.1:"
                                    + server.relayAddresses().getFirst().getPort()),
                            "ada")) {
                ada.says("chat-say", "{\"to\": \"ada\", \"text\": \"hi\"}");

                assertThat(ada.hearsMessage()).isEqualTo("chat-said {\"from\": \"ada\", \"text\": \"hi\"}");
            }
        }
    }

    @Test
    @Timeout(120)
    void thousandsHearOnceWhatIsForAll(RelayUnderTest server, @TempDir Path home) {
        chat(server).with("limits.maxConnections=none");
        try (ForeignProgram audience = ForeignProgram.running(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Audience.class.getName(),
                        String.valueOf(server.port()),
                        String.valueOf(CLIENTS))
                .in(home)
                .start()) {
            audience.logs("all in", Duration.ofSeconds(40));
            try (BusUser ada = BusUser.comes(server.uri())) {
                long begun = System.nanoTime();
                ada.says("chat-say", "{\"text\": \"" + "x".repeat(100) + "\"}");
                audience.logs("all heard", Duration.ofSeconds(20));

                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
                assertThat(ada.hearsMessage()).startsWith("chat-said {\"from\": \"uname\"");
            }
            server.server().drain();
            assertThat(audience.logs("over", Duration.ofSeconds(40))).isEqualTo("over: more 0, lost 0");
        }
    }
}
