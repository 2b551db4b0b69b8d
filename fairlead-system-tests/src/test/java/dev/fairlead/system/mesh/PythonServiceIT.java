// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.MeshCall;
import dev.fairlead.mesh.MeshClient;
import dev.fairlead.mesh.wire.MeshError;
import dev.fairlead.mesh.wire.ServiceDescription;
import dev.fairlead.testkit.ForeignProgram;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service in Python that knows the contract and none of our code, called by our client. */
class PythonServiceIT {

    private static Mesh mesh;

    private ForeignProgram service;
    private MeshClient client;

    @BeforeAll
    @Timeout(120)
    static void startBroker() {
        mesh = new Mesh();
    }

    @AfterAll
    static void stopBroker() {
        mesh.close();
    }

    @BeforeEach
    void start() {
        service = mesh.python("mesh_service.py", "lab");
        client = MeshClient.connect(mesh.uri);
    }

    @AfterEach
    void stop() {
        client.close();
        service.close();
    }

    @Test
    void requestIsUnderstoodAndAnswered() {
        assertThat(Mesh.of(client.request("lab", "echo", Map.of("a", "é"))))
                .isEqualTo(Map.of("echo", Map.of("a", "é")));
        assertThat(Mesh.of(client.request(MeshCall.to("lab", "context").context(Map.of("user_id", "u")))))
                .isEqualTo(Map.of("user_id", "u"));
    }

    @Test
    void firstOfTwoResponsesCounts() {
        assertThat(Mesh.errorOf(client.request("lab", "boom", Map.of())).error())
                .isEqualTo(new MeshError(
                        "NuropbException", "Runtime exception calling lab.boom:ValueError: boom happened"));
        assertThat(Mesh.of(client.request("lab", "echo", Map.of("a", 1)))).isEqualTo(Map.of("echo", Map.of("a", 1L)));
    }

    @Test
    void sealedRequestIsOpenedByPythonsOwnCryptography() {
        assertThat(Mesh.of(client.request(
                        MeshCall.to("lab", "secret").param("a", 1).encrypted())))
                .isEqualTo(Map.of("secret", Map.of("a", 1L)));
    }

    @Test
    void descriptionIsRead() {
        ServiceDescription description = Mesh.of(client.describe("lab"));

        assertThat(description.serviceVersion()).isEqualTo("1.0");
        assertThat(description.requiresEncryption("secret")).isTrue();
        assertThat(description.publicKey()).isPresent();
    }

    @Test
    void commandAndEventAreUnderstood() {
        Mesh.of(client.command(MeshCall.to("lab", "note").param("text", "x").traceId("T1")));

        assertThat(service.prints("command ")).contains("\"method\": \"note\"", "\"params\": {\"text\": \"x\"}");

        Mesh.of(client.event("lab.hello", Map.of("e", 1)));

        assertThat(service.prints("event ")).contains("\"topic\": \"lab.hello\"", "\"target\": null");
    }
}
