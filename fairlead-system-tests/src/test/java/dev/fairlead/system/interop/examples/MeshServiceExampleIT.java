// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.MeshClient;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RabbitMq;
import dev.fairlead.testkit.RelayUnderTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The example {@code mesh-service}: a service of a mesh, asked by the command line and by a client of the gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeshServiceExampleIT {

    private static final Path FOLDER =
            Path.of("../examples/mesh-service").toAbsolutePath().normalize();

    private final RelayUnderTest gateway = new RelayUnderTest();
    private RabbitMq rabbit;
    private ForeignProgram service;

    @BeforeAll
    void start() {
        rabbit = RabbitMq.started();
        assertThat(fairlead(0, "init").getFirst()).startsWith("virtual host mesh made; ");
        service = Programs.java(FOLDER.resolve("Stock.java"))
                .with("FAIRLEAD_MESH_URI", rabbit.uri("mesh"))
                .start();
        service.prints("stock serves");
        String endpoint = "gateway.endpoints.0.";
        gateway.with(
                        endpoint + "path=/websocket",
                        endpoint + "backend.type=mesh",
                        endpoint + "backend.amqpUri=" + rabbit.uri("mesh"),
                        endpoint + "backend.serviceName=gateway",
                        endpoint + "backend.events=stock.#")
                .server();
        long end = System.nanoTime() + Patience.LIMIT.toNanos();
        while (!gateway.page("/readyz").equals("ready\n")) {
            assertThat(System.nanoTime()).as("the broker is connected in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @AfterAll
    void stop() {
        gateway.close();
        if (service != null) { // or the broker would outlive a start that failed
            service.close();
        }
        rabbit.close();
    }

    @Test
    void serviceSaysWhatItServes() {
        assertThat(fairlead(0, "describe", "stock"))
                .contains(
                        "  count(article: str): how much there is of an article",
                        "  take(article: str, count: int = 1): takes some of an article, and says how much is left");
    }

    @Test
    void serviceAnswersAndRefuses() {
        assertThat(fairlead(0, "call", "stock", "count", "{\"article\": \"anchor\"}"))
                .containsExactly("3");
        assertThat(fairlead(1, "call", "stock", "take", "{\"article\": \"anchor\", \"count\": 5}"))
                .containsExactly("fairlead: OutOfStock: only 3 of anchor left");
    }

    @Test
    void clientsOfTheGatewayAreAnsweredAndHearOfIt() {
        try (ForeignProgram listening = client()) {
            assertThat(listening.prints("{")).contains("\"topic\": \"hello\"");
            try (ForeignProgram taking = client("take", "{\"article\": \"rope\", \"count\": 2}")) {
                assertThat(taking.prints("{")).contains("\"topic\": \"hello\"");

                // the response and the event come by queues of their own, and either may be first
                assertThat(List.of(taking.prints("{"), taking.prints("{")))
                        .anyMatch(line -> line.contains("\"result\": {\"article\": \"rope\", \"left\": 38}"))
                        .anyMatch(line -> line.contains("\"topic\": \"stock.taken\""));
                assertThat(listening.prints("{")).contains("\"topic\": \"stock.taken\"");
            }
        }
    }

    @Test
    void serviceHearsEvents() {
        try (MeshClient client = MeshClient.connect(rabbit.uri("mesh"))) {
            client.event("orders.cancelled", Map.of("article", "lantern", "count", 4))
                    .join();
        }

        service.prints("lantern: 4");
    }

    /** It says what it is given, and prints what it hears until it is closed. */
    private ForeignProgram client(String... arguments) {
        return Programs.java(FOLDER.resolve("Client.java"), arguments)
                .with("FAIRLEAD_GATEWAY_URI", gateway.uri() + "/websocket")
                .start();
    }

    private List<String> fairlead(int exitCode, String... words) {
        List<String> command = new ArrayList<>(List.of("mesh"));
        command.addAll(List.of(words));
        try (ForeignProgram program = Programs.fairlead(command.toArray(String[]::new))
                .with("FAIRLEAD_MESH_URI", rabbit.uri("mesh"))
                .start()) {
            assertThat(program.exits()).as("%s", program.wholeLog()).isEqualTo(exitCode);
            return program.wholeLog();
        }
    }
}
