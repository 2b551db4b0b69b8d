// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.bus.MessageBus;
import dev.fairlead.server.edge.LimitsConfig;
import dev.fairlead.server.edge.ListenAddress;
import dev.fairlead.server.gateway.BackendConfig;
import dev.fairlead.server.gateway.EndpointConfig;
import dev.fairlead.server.gateway.GatewayConfig;
import dev.fairlead.server.gateway.backend.bus.BusBackendConfig;
import dev.fairlead.server.management.ManagementConfig;
import dev.fairlead.server.relay.RelayConfig;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.settings.HostPort;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration: the topmost keys of the file.
 *
 * @param namespace the host name that tokens and {@code Via} name; {@code localhost} unless told
 * @param dataDirectory what the server keeps between two starts; {@code ./data} unless told
 * @param drainTimeout what a stop leaves to joined sockets; 0 s to 1 h, 30 s unless told
 * @param listen where clients, listeners and senders connect, at least one; {@code 127.0.0.1:9400} unless told
 * @param keys authorization rules of the whole namespace, at most 12
 * @param relay how listeners and senders are brought together
 * @param gateway clients' WebSockets that are held for backends
 * @param limits what a peer may cost
 * @param management where operators ask
 * @param parts which of these are served beside the gateway; all of them, where a file is read
 */
public record ServerConfig(
        String namespace,
        Path dataDirectory,
        Duration drainTimeout,
        List<ListenAddress> listen,
        List<AuthorizationRule> keys,
        RelayConfig relay,
        GatewayConfig gateway,
        LimitsConfig limits,
        ManagementConfig management,
        Set<Part> parts) {

    /** What a server may do without. */
    public enum Part {
        /** Hybrid connections. */
        RELAY,
        /** The port for operators. */
        MANAGEMENT
    }

    private static final String LOCALHOST = "localhost";
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*");
    private static final int LONGEST_HOST = 253;
    private static final Kind<String> HOST_NAME = Kind.text(
            "a host name such as relay.example.com",
            LOCALHOST,
            name -> name.length() <= LONGEST_HOST && HOST.matcher(name).matches());

    /** Takes copies of the lists. */
    public ServerConfig {
        listen = List.copyOf(listen);
        keys = List.copyOf(keys);
        parts = Set.copyOf(parts);
    }

    /**
     * {@return a server that is a gateway and nothing else}
     *
     * @param listen where clients and callbacks come to
     * @param management where operators ask; null for nowhere
     */
    public static ServerConfig ofGateway(
            Path dataDirectory,
            InetSocketAddress listen,
            GatewayConfig gateway,
            @Nullable InetSocketAddress management) {
        return new ServerConfig(
                LOCALHOST,
                dataDirectory,
                DRAIN_TIMEOUT,
                List.of(ListenAddress.plain(listen)),
                List.of(),
                RelayConfig.DEFAULT,
                gateway,
                LimitsConfig.DEFAULT,
                management == null ? ManagementConfig.DEFAULT : new ManagementConfig(management),
                management == null ? Set.of() : Set.of(Part.MANAGEMENT));
    }

    /**
     * {@return this, with a message bus of the program's own behind an endpoint} The bus outlives the server. The gateway is
     * called there what the configuration says, or {@code WSServer}.
     *
     * @param path of the endpoint
     * @throws IllegalArgumentException if there is no endpoint of that path
     */
    public ServerConfig withBus(String path, MessageBus bus) {
        if (gateway.endpoints().stream().noneMatch(one -> one.path().equals(path))) {
            throw new IllegalArgumentException("path: " + path + " (expected: one of an endpoint of the gateway)");
        }
        List<EndpointConfig> endpoints = gateway.endpoints().stream()
                .map(one -> one.path().equals(path) ? one.withBackend(on(bus, one.backend())) : one)
                .toList();
        return new ServerConfig(
                namespace,
                dataDirectory,
                drainTimeout,
                listen,
                keys,
                relay,
                new GatewayConfig(gateway.externalUri(), endpoints, gateway.callbacks(), gateway.deadLetters()),
                limits,
                management,
                parts);
    }

    private static BackendConfig on(MessageBus bus, BackendConfig before) {
        return new BackendConfig.Bus(
                before instanceof BackendConfig.Bus(BusBackendConfig terms)
                        ? new BusBackendConfig(terms.serviceName(), new BusBackendConfig.Bus.Given(bus))
                        : BusBackendConfig.on(bus));
    }

    /** {@return whether it is served} */
    public boolean has(Part part) {
        return parts.contains(part);
    }

    /** {@return this, with what a running server takes over from {@code next}: the keys that {@link #read} says are live} */
    public ServerConfig withLiveOf(ServerConfig next) {
        return new ServerConfig(
                namespace,
                dataDirectory,
                next.drainTimeout,
                listen,
                next.keys,
                relay.withLiveOf(next.relay),
                gateway,
                limits,
                management,
                parts);
    }

    /** Reads the file's tree. */
    public static ServerConfig read(Section in) {
        in.notYet("cluster", "cluster");
        ServerConfig config = new ServerConfig(
                in.value("namespace", "the host name that tokens and Via name", HOST_NAME, LOCALHOST),
                in.path("dataDirectory", "what the server keeps between two starts", Path.of("./data")),
                in.live()
                        .duration(
                                "drainTimeout",
                                "what SIGTERM leaves to joined sockets",
                                DRAIN_TIMEOUT,
                                Range.of(Duration.ZERO, Duration.ofHours(1))),
                in.sections(
                        "listen",
                        "where clients, listeners and senders connect",
                        List.of(Map.of("address", "127.0.0.1:9400")),
                        ListenAddress::read),
                AuthorizationRule.readAll(in.live(), "keys", "authorization rules of the whole namespace, at most 12"),
                in.section("relay", "how listeners and senders are brought together", RelayConfig::read),
                in.section("gateway", "clients' WebSockets that are held for backends", GatewayConfig::read),
                in.section("limits", "what a peer may cost", LimitsConfig::read),
                in.section("management", "where operators and their tools ask", ManagementConfig::read),
                EnumSet.allOf(Part.class));
        config.checkWhole(in);
        return config;
    }

    private void checkWhole(Section in) {
        if (listen.isEmpty() && in.isSound("listen")) {
            in.problem("listen", "empty (expected: at least one entry with an address)");
        }
        boolean keyless = keys.isEmpty()
                && relay.hybridConnections().stream().allMatch(one -> one.keys().isEmpty());
        if (keyless && gateway.endpoints().isEmpty() && in.isSound("keys")) {
            in.problem(
                    "keys",
                    "none (expected: at least one rule here or at a hybrid connection); without a key "
                            + "nobody can listen");
        }
        for (int i = 0; i < relay.hybridConnections().size(); i++) {
            String path = relay.hybridConnections().get(i).path();
            if (gateway.answers(path)) {
                in.problem(
                        "relay.hybridConnections." + i + ".path",
                        path + " (expected: a path that no endpoint of the gateway answers)");
            }
        }
        boolean open = listen.stream().anyMatch(one -> !isLoopback(one.address()));
        if (open
                && gateway.callsOverHttp()
                && gateway.callbacks().token() == null
                && in.isSound("gateway.callbacks.token")) {
            in.problem(
                    "gateway.callbacks.token",
                    "missing (expected: a token that callbacks show, since others than this machine reach a port that "
                            + "serves them)");
        }
        Set<InetSocketAddress> taken = new HashSet<>();
        for (int i = 0; i < listen.size(); i++) {
            InetSocketAddress address = listen.get(i).address();
            if (address.getPort() != 0 && !taken.add(address)) {
                in.problem("listen." + i, HostPort.print(address) + " (expected: an address that no other entry has)");
            }
        }
        for (int i = 0; i < listen.size(); i++) {
            if (listen.get(i).proxyProtocol() && limits.trustedProxies().isEmpty()) {
                in.problem(
                        "listen." + i,
                        "proxyProtocol without a trusted proxy (expected: the proxy's address in limits.trustedProxies); "
                                + "nobody else's headers are believed");
            }
        }
        if (taken.contains(management.address())) {
            in.problem(
                    "management",
                    HostPort.print(management.address()) + " (expected: an address that listen does not have)");
        }
    }

    private static boolean isLoopback(InetSocketAddress address) {
        return address.getAddress() == null
                ? address.getHostString().equalsIgnoreCase(LOCALHOST)
                : address.getAddress().isLoopbackAddress();
    }
}
