// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.MeshClient;
import dev.fairlead.mesh.MeshException;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.wire.ErrorKind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The broker is killed and comes back. */
class BrokerLossIT {

    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);

    @Test
    @Timeout(240)
    void callsFailAtOnceWithoutABrokerAndGoOnOnceItIsBack() throws Exception {
        try (Mesh mesh = new Mesh();
                MeshService service =
                        mesh.service("lab", new Lab()).instance("one").start();
                MeshClient client = MeshClient.connect(mesh.uri)) {
            assertThat(Mesh.of(client.request("lab", "greet", Map.of()))).isEqualTo("hello you");

            mesh.rabbit.kill();
            MeshException lost = Mesh.errorOf(client.request("lab", "greet", Map.of()));
            assertThat(lost.is(ErrorKind.TRANSPORT)).isTrue();

            mesh.rabbit.start();

            service.whenConnected().get(RECOVERY_LIMIT.toSeconds(), TimeUnit.SECONDS);
            client.whenConnected().get(RECOVERY_LIMIT.toSeconds(), TimeUnit.SECONDS);

            assertThat(Mesh.of(client.request("lab", "greet", Map.of()))).isEqualTo("hello you");
        }
    }
}
