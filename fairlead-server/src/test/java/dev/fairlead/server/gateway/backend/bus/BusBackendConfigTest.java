// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.HeldTerms;
import dev.fairlead.bus.embedded.EmbeddedBus;
import dev.fairlead.bus.nats.NatsTerms;
import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.bus.service.BusService;
import dev.fairlead.bus.service.MessageType;
import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.ConfigLoader;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.server.gateway.BackendConfig;
import dev.fairlead.server.gateway.EndpointConfig;
import dev.fairlead.server.gateway.backend.UnusableBackend;
import dev.fairlead.server.settings.ByteSize;
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

class BusBackendConfigTest {

    @TempDir
    private Path directory;

    /** A service that cannot be made. */
    public static final class Broken extends BusService {

        /** Fails. */
        public Broken() {
            throw new IllegalStateException("planned");
        }

        /** Hears nothing. */
        @MessageType("nothing")
        public void nothing(BusMessage message) {}
    }

    /** A service that has no public constructor. */
    public static final class Hidden extends BusService {

        Hidden() {}

        /** Hears nothing. */
        @MessageType("nothing")
        public void nothing(BusMessage message) {}
    }

    private ServerConfig config(String backend) {
        Path file = directory.resolve("fairlead.yaml");
        try {
            Files.writeString(file, """
                    keys: [{name: root, primaryKey: secret, rights: [Manage]}]
                    gateway:
                      endpoints:
                        - path: /ws
                          backend: %s
                    """.formatted(backend));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new ConfigLoader(file, List.of(), Map.of()).load().config();
    }

    private EndpointConfig endpoint(String backend) {
        return config(backend).gateway().endpoints().getFirst();
    }

    private static BackendConfig on(String name, BusBackendConfig.Bus bus) {
        return new BackendConfig.Bus(new BusBackendConfig(name, bus));
    }

    @Test
    void busAloneIsAnEndpointLikeTheOriginals() {
        EndpointConfig endpoint = endpoint("{type: bus, bus: embedded}");

        assertThat(endpoint.backend())
                .isEqualTo(on("WSServer", new BusBackendConfig.Bus.Embedded(HeldTerms.DEFAULT, List.of())));
        assertThat(endpoint.maxMessageSize()).isEqualTo(ByteSize.ofMiB(1));
        assertThat(endpoint.pingInterval()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void embeddedBusIsAsTold() {
        assertThat(endpoint("{type: bus, bus: embedded, serviceName: Door, heldTime: 5s, heldMessages: 7, services: ["
                                + Broken.class.getName() + "]}")
                        .backend())
                .isEqualTo(on(
                        "Door",
                        new BusBackendConfig.Bus.Embedded(
                                new HeldTerms(Duration.ofSeconds(5), 7), List.of(Broken.class.getName()))));
    }

    @Test
    void natsIsWhereItIsInstalledUnlessTold() {
        assertThat(endpoint("{type: bus, bus: nats}").backend())
                .isEqualTo(on(
                        "WSServer", new BusBackendConfig.Bus.Nats(NatsTerms.of("nats://127.0.0.1:4222"), List.of())));
    }

    @Test
    void natsIsAsTold() {
        EndpointConfig endpoint = endpoint("{type: bus, bus: nats, natsServers: ['nats://u:p@one:4222', 'tls://two'], "
                + "natsPrefix: shop.bus, natsCredentials: user.creds, heldTime: 5s, heldMessages: 7}");

        assertThat(endpoint.backend())
                .isEqualTo(on(
                        "WSServer",
                        new BusBackendConfig.Bus.Nats(
                                NatsTerms.of("nats://u:p@one:4222", "tls://two")
                                        .withPrefix("shop.bus")
                                        .withCredentials(Path.of("user.creds"))
                                        .withHeld(new HeldTerms(Duration.ofSeconds(5), 7)),
                                List.of())));
        assertThat(endpoint.toString()).doesNotContain("u:p");
    }

    @Test
    void pyroBusIsTheOriginalsUnlessTold() {
        assertThat(endpoint("{type: bus, bus: pyro}").backend())
                .isEqualTo(on("WSServer", new BusBackendConfig.Bus.Pyro(PyroTerms.DEFAULT)));
    }

    @Test
    void pyroBusIsAsTold() {
        assertThat(endpoint(
                                "{type: bus, bus: pyro, nameServer: 'names.test:9', serializer: serpent, classes: [a.B c d], "
                                        + "bindAddress: '127.0.0.2:7', advertisedHost: gateway.test}")
                        .backend())
                .isEqualTo(on(
                        "WSServer",
                        new BusBackendConfig.Bus.Pyro(PyroTerms.DEFAULT
                                .withNameServer("names.test", 9)
                                .withSerializer(PyroTerms.Serializer.SERPENT)
                                .withClasses(Map.of("a.B", List.of("c", "d")))
                                .withAddress("127.0.0.2", "gateway.test", 7))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: bus}|backend.bus: missing (expected: embedded, nats or pyro)",
                "{type: bus, bus: carrier-pigeon}|backend.bus: carrier-pigeon (expected: embedded, nats or pyro)",
                "{type: loopback, bus: embedded}|backend.bus: set (expected: only with type: bus)",
                "{type: loopback, serviceName: x}|backend.serviceName: set (expected: only with type: mesh or bus)",
                "{type: bus, bus: pyro, heldTime: 1s}|backend.heldTime: set (expected: only with bus: embedded or nats)",
                "{type: bus, bus: embedded, serializer: pickle}|backend.serializer: set (expected: only with bus: pyro)",
                "{type: bus, bus: embedded, serviceName: a.b}|backend.serviceName: a.b (expected: a name without a full stop",
                "{type: bus, bus: embedded, services: [no.Such]}|not on the class path; name its jar in FAIRLEAD_CLASSPATH",
                "{type: bus, bus: embedded, services: [java.lang.String]}|services.0: java.lang.String (expected: a public class",
                "{type: bus, bus: embedded, services: [dev.fairlead.server.gateway.backend.bus.BusBackendConfigTest$Hidden]}|no service",
                "{type: bus, bus: pyro, nameServer: 'x:0'}|nameServer: x:0 (expected: a port of 1 to 65535)",
                "{type: bus, bus: nats, natsServers: ['http://u:p@x']}|natsServers.0: *** (expected: nats://HOST[:PORT], or tls",
                "{type: bus, bus: nats, natsServers: ['nats://x'], natsPrefix: a..b}|natsPrefix: a..b (expected: tokens",
                "{type: bus, bus: embedded, natsPrefix: a}|backend.natsPrefix: set (expected: only with bus: nats)",
                "{type: bus, bus: pyro, classes: [x]}|classes.0: x (expected: a Python class and the attributes"
            })
    void mistakesAreToldWithTheirKey(String backend, String problem) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> endpoint(backend));

        assertThat(refused.problems().toString()).contains(problem);
    }

    @Test
    void serviceThatCannotBeMadeKeepsTheServerFromStarting() {
        BusBackendConfig broken = new BusBackendConfig(
                "WSServer", new BusBackendConfig.Bus.Embedded(HeldTerms.DEFAULT, List.of(Broken.class.getName())));

        assertThatThrownBy(() -> BusBackend.begin(broken, "/ws", false))
                .isInstanceOf(UnusableBackend.class)
                .hasMessageContaining("services: " + Broken.class.getName() + " cannot be made: ")
                .hasMessageContaining("planned");
    }

    @Test
    void programsOwnBusTakesThePlaceOfTheConfigurations() {
        EmbeddedBus bus = new EmbeddedBus();
        ServerConfig config = config("{type: bus, bus: embedded, serviceName: Door}");

        assertThat(config.withBus("/ws", bus).gateway().endpoints().getFirst().backend())
                .isEqualTo(on("Door", new BusBackendConfig.Bus.Given(bus)));
        assertThatThrownBy(() -> config.withBus("/elsewhere", bus))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path: /elsewhere (expected: one of an endpoint of the gateway)");
    }
}
