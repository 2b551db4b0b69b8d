// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.bench.load.Children.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Starts a mesh, which is a RabbitMQ of the run's own and one service, and those who ask in it. Debian's broker runs under the
 * user of the run, on free ports of the loopback, with its own folder, node name, cookie and port mapper. For one thread.
 */
final class MeshLaunch {

    /** It takes some seconds on an idle machine. */
    private static final Duration BROKER_START = Duration.ofSeconds(90);

    private static final Duration START = Duration.ofSeconds(30);
    private static final String PATH = "/websocket";
    private static final Cell CHECK = new Cell(64, 1, 1);

    private final Path root;
    private final Path folder;
    private final Launch launch;
    private final Children children;
    private final List<Child> mesh = new ArrayList<>();
    private final String uri;

    /**
     * Starts the broker and the service.
     *
     * @param launch where gateways and ports come from
     * @throws UnusableRun if one of them does not start
     */
    MeshLaunch(Path root, Path folder, Launch launch, Children children) {
        this.root = root;
        this.folder = folder.resolve("rabbitmq");
        this.launch = launch;
        this.children = children;
        int port = launch.freePort();
        this.uri = "amqp://guest:guest@127.0.0.1:" + port + "/%2f";
        try {
            startBroker(port);
            children.run(
                    "mesh-init",
                    List.of(root.resolve("fairlead").toString(), "mesh", "init", "--no-vhost", "--uri", uri),
                    START);
            Child service = children.start("mesh-service", java(MeshEcho.class, uri));
            mesh.add(service);
            children.await(
                    service, "its service online", START, () -> service.output().contains(MeshEcho.READY));
        } catch (UnusableRun e) {
            stop();
            throw e;
        }
    }

    private void startBroker(int port) {
        int mapperPort = launch.freePort();
        String home = folder.toString();
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("rabbitmq.conf"), "listeners.tcp.1 = 127.0.0.1:" + port + "\n");
            Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Erlang would start one that outlives the run.
        mesh.add(children.start("epmd", List.of("epmd", "-port", "" + mapperPort, "-address", "127.0.0.1")));
        Child broker = children.start(
                "rabbitmq",
                List.of(
                        "env",
                        "HOME=" + home,
                        "ERL_EPMD_PORT=" + mapperPort,
                        "ERL_EPMD_ADDRESS=127.0.0.1",
                        "RABBITMQ_DIST_PORT=" + launch.freePort(),
                        "RABBITMQ_NODENAME=fairlead-bench-" + port + "@localhost",
                        "RABBITMQ_CONF_ENV_FILE=" + home + "/none",
                        "RABBITMQ_CONFIG_FILE=" + home + "/rabbitmq.conf",
                        "RABBITMQ_ADVANCED_CONFIG_FILE=" + home + "/none.config",
                        "RABBITMQ_ENABLED_PLUGINS_FILE=" + home + "/enabled_plugins",
                        "RABBITMQ_MNESIA_BASE=" + home + "/data",
                        "RABBITMQ_LOG_BASE=" + home + "/log",
                        "RABBITMQ_LOGS=-",
                        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
                        "/usr/lib/rabbitmq/bin/rabbitmq-server"));
        mesh.add(broker);
        children.await(
                broker,
                "its start complete",
                BROKER_START,
                () -> broker.output().contains("Server startup complete"));
    }

    /**
     * Starts one who asks, and waits until the service has answered through it.
     *
     * @param candidate one of {@link Candidate#IN_MESH}
     * @throws UnusableRun if it does not start
     */
    Contender start(Candidate candidate) {
        int port = launch.freePort();
        Child process =
                switch (candidate) {
                    case MESH_GATEWAY -> launch.ready(config(port));
                    case NODE_MESH_GATEWAY ->
                        launch.listening(
                                children.start("node-mesh-gateway", List.of("node", script(), "" + port, uri)), port);
                    case AMQP_CLIENT ->
                        launch.listening(children.start("amqp-client", java(AmqpClient.class, uri, "" + port)), port);
                    default ->
                        throw new IllegalArgumentException(
                                "candidate: " + candidate.id() + " (expected: one that asks in a mesh)");
                };
        Contender contender =
                new Contender(candidate, process, List.of(), port, OptionalInt.empty(), List.of("-u", PATH));
        if (candidate != Candidate.AMQP_CLIENT) {
            launch.untilAnswered(contender, LoadGenerator.talk(candidate, CHECK.size()));
        }
        return contender;
    }

    private String script() {
        return root.resolve("fairlead-benchmarks/peers/mesh-gateway.js").toString();
    }

    private Path config(int port) {
        return launch.write(
                "mesh.yaml", """
                namespace: localhost
                dataDirectory: %s
                drainTimeout: 1s
                gateway:
                  endpoints:
                    - path: %s
                      backend: {type: mesh, amqpUri: "%s", serviceName: gateway}
                management: {address: "127.0.0.1:%d"}
                listen:
                  - address: 127.0.0.1:%d
                """.formatted(folder.resolve("gateway-data"), PATH, uri, launch.freePort(), port));
    }

    /** {@return the command that runs a program of this module} */
    static List<String> java(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Ends the service and the broker. */
    void stop() {
        mesh.reversed().forEach(children::stop);
    }
}
