// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.MeshService;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RabbitMq;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code fairlead mesh}, as a user types it. */
class CommandsIT {

    private static final Lab LAB = new Lab();

    private static RabbitMq rabbit;
    private static MeshService service;

    @BeforeAll
    @Timeout(120)
    static void setUp() {
        rabbit = RabbitMq.started();
        assertThat(fairlead(0, "init"))
                .containsExactly("virtual host shop made; exchanges nuropb-rpc-exchange, nuropb-events-exchange, "
                        + "nuropb-dl-exchange and queue nuropb-dl-queue are there");
        service = MeshService.builder(rabbit.uri("shop"), "lab", LAB)
                .version("1.2")
                .description("a lab")
                .start();
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        rabbit.close();
    }

    @Test
    void meshThatIsSetUpStaysAsItIs() {
        assertThat(fairlead(0, "init").getFirst()).startsWith("virtual host shop; exchanges ");
    }

    @Test
    void resultIsPrintedAsJson() {
        assertThat(fairlead(0, "call", "lab", "echo", "{\"a\": [1, \"é\"]}"))
                .containsExactly("{\"a\": [1, \"\\u00e9\"]}");
        assertThat(fairlead(0, "call", "lab", "secret", "{\"a\": 1}", "--encrypt")
                        .getFirst())
                .contains("\"sealed\": true");
    }

    @Test
    void commandIsDoneInSilence() throws Exception {
        assertThat(fairlead(0, "call", "lab", "note", "{\"text\": \"typed\"}", "--command"))
                .isEmpty();

        assertThat(LAB.told.poll(10, TimeUnit.SECONDS)).isEqualTo("typed");
    }

    @Test
    void errorIsOneLine() {
        assertThat(fairlead(1, "call", "lab", "nope"))
                .containsExactly("fairlead: NuropbHandlingError: Unknown method nope");
        assertThat(fairlead(1, "call", "nosuch", "m"))
                .containsExactly(
                        "fairlead: NuropbNotDeliveredError: Service nosuch not available. unable to call method m");
    }

    @Test
    void methodsAreListed() {
        assertThat(fairlead(0, "describe", "lab"))
                .startsWith("lab 1.2: a lab")
                .contains("  sum(numbers: list, more: int = 0)", "  secret(a) sealed", "  echo(a): says it again")
                .noneMatch(line -> line.contains("hidden"));
        assertThat(fairlead(0, "describe", "lab", "--json").getFirst()).startsWith("{\"service_name\": \"lab\", ");
    }

    private static List<String> fairlead(int exitCode, String... words) {
        List<String> command = new ArrayList<>(List.of("mesh"));
        command.addAll(List.of(words));
        try (ForeignProgram program = Programs.fairlead(command.toArray(String[]::new))
                .with("FAIRLEAD_MESH_URI", rabbit.uri("shop"))
                .start()) {
            assertThat(program.exits()).as("%s", program.wholeLog()).isEqualTo(exitCode);
            return program.wholeLog();
        }
    }
}
