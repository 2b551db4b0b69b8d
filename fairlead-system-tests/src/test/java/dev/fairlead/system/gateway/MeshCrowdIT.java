// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.MeshClient;
import dev.fairlead.mesh.MeshSetUp;
import dev.fairlead.mesh.wire.MeshMessage;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.system.resilience.ServerProcess;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RabbitMq;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nine thousand clients before a mesh, and events to all of them. */
class MeshCrowdIT {

    private static final int CLIENTS = 9_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path home;

    @Test
    void eventsAreToldOnceToEachClientWhomTheyConcern() {
        try (RabbitMq rabbit = RabbitMq.started()) {
            String uri = rabbit.uri("%2f");
            MeshSetUp.declare(uri, MeshNames.of("crowd", "setup"));
            String[] settings = Stream.concat(
                            Stream.of(MeshUser.gateway(uri, MeshCrowd.USERS)),
                            Stream.of("gateway.endpoints.0.backend.events=orders.#"))
                    .toArray(String[]::new);
            try (ServerProcess server =
                            new ServerProcess(home, List.of("-XX:TieredStopAtLevel=4"), plan -> plan, settings);
                    ForeignProgram crowd = crowd(server.uri().getPort());
                    MeshClient client = MeshClient.connect(uri)) {
                String _ = crowd.logs("all in", LIMIT);

                client.event(MeshCrowd.TO_ALL, Map.of("n", 1)).join();
                client.event(new MeshMessage.Event(MeshCrowd.TO_BOB, 1, Map.of(), "T", "C", "bob"))
                        .join();
                client.event(MeshCrowd.LAST, null).join();

                assertThat(crowd.logs("over", LIMIT)).isEqualTo("over: right " + CLIENTS + ", wrong 0, lost 0");
                assertThat(server.log()).noneMatch(line -> line.contains(" ERROR "));
            }
        }
    }

    private static ForeignProgram crowd(int port) {
        return ForeignProgram.running(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MeshCrowd.class.getName(),
                        String.valueOf(port),
                        String.valueOf(CLIENTS))
                .start();
    }
}
