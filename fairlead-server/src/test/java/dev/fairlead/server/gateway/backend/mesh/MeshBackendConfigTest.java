// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.ConfigLoader;
import dev.fairlead.server.gateway.BackendConfig;
import dev.fairlead.server.gateway.EndpointConfig;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshBackendConfigTest {

    @TempDir
    private Path directory;

    private EndpointConfig endpoint(String more, String backend) {
        Path file = directory.resolve("fairlead.yaml");
        try {
            Files.writeString(file, """
                    keys: [{name: root, primaryKey: secret, rights: [Manage]}]
                    gateway:
                      endpoints:
                        - path: /ws
                          backend: %s
                    %s
                    """.formatted(backend, more));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new ConfigLoader(file, List.of(), Map.of())
                .load()
                .config()
                .gateway()
                .endpoints()
                .getFirst();
    }

    @Test
    void brokerAndNameAreEnough() {
        EndpointConfig endpoint = endpoint("", "{type: mesh, amqpUri: 'amqp://u:p@host/v', serviceName: gateway}");

        assertThat(endpoint.backend())
                .isEqualTo(new BackendConfig.Mesh(new MeshBackendConfig(
                        Secret.of("amqp://u:p@host/v"),
                        "gateway",
                        Duration.ofHours(1),
                        List.of(),
                        List.of(),
                        null,
                        false,
                        true)));
        assertThat(endpoint.maxMessageSize()).isEqualTo(ByteSize.ofMiB(10));
    }

    @Test
    void messagesAreAsLongAsToldWhateverTheBackend() {
        EndpointConfig endpoint =
                endpoint("      maxMessageSize: 4MiB", "{type: mesh, amqpUri: 'amqp://host', serviceName: gateway}");

        assertThat(endpoint.maxMessageSize()).isEqualTo(ByteSize.ofMiB(4));
    }

    @Test
    void allElseCanBeTold() {
        EndpointConfig endpoint = endpoint(
                "",
                "{type: mesh, amqpUri: 'amqps://host:5671', serviceName: g, requestTimeout: 5s, events: ['a.#', b], "
                        + "closes: [c.now], trust: ca.pem, originalContext: true, refuseAfterUpgrade: false}");

        assertThat(endpoint.backend())
                .isEqualTo(new BackendConfig.Mesh(new MeshBackendConfig(
                        Secret.of("amqps://host:5671"),
                        "g",
                        Duration.ofSeconds(5),
                        List.of("a.#", "b"),
                        List.of("c.now"),
                        Path.of("ca.pem"),
                        true,
                        false)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: mesh, serviceName: gateway} | amqpUri: missing",
                "{type: mesh, amqpUri: 'amqp://host'} | serviceName: missing",
                "{type: mesh, amqpUri: 'http://u:s3cret@host', serviceName: gateway} | amqpUri: *** (expected: amqp://",
                "{type: mesh, amqpUri: 'amqp://host/a/b', serviceName: gateway} | amqpUri: ***",
                "{type: mesh, amqpUri: 'amqp://host', serviceName: 'a b'} | serviceName: a b",
                "{type: mesh, amqpUri: 'amqp://host', serviceName: g, requestTimeout: 1ms} | requestTimeout: 1ms",
                "{type: loopback, amqpUri: 'amqp://host'} | amqpUri: set (expected: only with type: mesh)",
                "{type: mesh, amqpUri: 'amqp://host', serviceName: g, closes: ['a.#']} | closes.0: a.#",
                "{type: loopback, trust: ca.pem} | trust: set (expected: only with type: http or mesh)",
                "{type: loopback, events: [a]} | events: set (expected: only with type: mesh)",
            })
    void mistakesAreToldWithTheirKeyAndNeverWithTheSecret(String backend, String problem) {
        ConfigException mistakes = catchThrowableOfType(ConfigException.class, () -> endpoint("", backend));

        assertThat(mistakes.getMessage())
                .contains("gateway.endpoints.0.backend." + problem)
                .doesNotContain("s3cret");
    }
}
