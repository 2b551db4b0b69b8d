// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.bench.load.Children.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Starts message buses, on each of them a service that echoes, and gateways in front of them. Debian's NATS server and Pyro name server run
 * under the user of the run, on free ports of the loopback. For one thread.
 */
final class BusLaunch {

    private static final Duration START = Duration.ofSeconds(30);
    private static final String PATH = "/ws";
    private static final String PREFIX = "bench.";
    private static final Cell CHECK = new Cell(64, 1, 1);

    private final Path root;
    private final Path folder;
    private final Launch launch;
    private final Children children;
    private final List<Child> buses = new ArrayList<>();
    private String natsUrl = "";

    /**
     * Begins with nothing started.
     *
     * @param launch where gateways and ports come from
     */
    BusLaunch(Path root, Path folder, Launch launch, Children children) {
        this.root = root;
        this.folder = folder;
        this.launch = launch;
        this.children = children;
    }

    /**
     * Starts a gateway, and what it needs, and waits until the service has answered through it.
     *
     * @param candidate one of {@link Candidate#ON_BUS}
     * @throws UnusableRun if it does not start
     */
    Contender start(Candidate candidate) {
        if (candidate == Candidate.GATEWAY_REFERENCE) {
            return launch.startGateway(candidate);
        }
        int port = launch.freePort();
        Child process =
                switch (candidate) {
                    case EMBEDDED_BUS_GATEWAY -> embedded(port);
                    case NATS_BUS_GATEWAY -> {
                        String prefix = onNats(candidate);
                        yield launch.ready(
                                config(port, "nats, natsServers: [\"%s\"], natsPrefix: %s".formatted(natsUrl, prefix)));
                    }
                    case NODE_BUS_GATEWAY -> {
                        String prefix = onNats(candidate);
                        yield launch.listening(
                                children.start(candidate.id(), List.of("node", script(), "" + port, natsUrl, prefix)),
                                port);
                    }
                    case PYRO_BUS_GATEWAY -> pyro(port);
                    default ->
                        throw new IllegalArgumentException(
                                "candidate: " + candidate.id() + " (expected: one in front of a bus)");
                };
        Contender contender =
                new Contender(candidate, process, List.of(), port, OptionalInt.empty(), List.of("-u", PATH));
        launch.untilAnswered(contender, BusTalk.options(candidate, CHECK.size()));
        return contender;
    }

    /** The service is in the server, whose class path has this module's classes behind its own. */
    private Child embedded(int port) {
        Path classes = root.resolve("fairlead-benchmarks/target/classes");
        return launch.ready(
                config(port, "embedded, services: [%s]".formatted(BusEcho.class.getName())),
                "FAIRLEAD_CLASSPATH=" + classes);
    }

    /** {@return the prefix of a bus of a gateway's own on the NATS server that all share, with a service on it} */
    private String onNats(Candidate candidate) {
        if (natsUrl.isEmpty()) {
            int port = launch.freePort();
            Child server = children.start("nats-server", List.of("nats-server", "-a", "127.0.0.1", "-p", "" + port));
            buses.add(server);
            launch.listening(server, port);
            natsUrl = "nats://127.0.0.1:" + port;
        }
        String prefix = PREFIX + candidate.id();
        service("nats", natsUrl, prefix);
        return prefix;
    }

    private Child pyro(int port) {
        String namesPort = "" + launch.freePort();
        python(
                "its name server up",
                "NS running on",
                "-m",
                "Pyro4.naming",
                "-n",
                BusEcho.PYRO_HOST,
                "-p",
                namesPort,
                "-x");
        Path bus = root.resolve("fairlead-system-tests/src/test/programs/python/pyro_bus.py");
        python("its bus up", "ready", bus.toString(), namesPort);
        service("pyro", namesPort);
        return launch.ready(config(port, "pyro, nameServer: \"%s:%s\"".formatted(BusEcho.PYRO_HOST, namesPort)));
    }

    private void python(String what, String ready, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "PYRO_SERIALIZER=pickle",
                "PYRO_SERIALIZERS_ACCEPTED=pickle",
                "PYTHONDONTWRITEBYTECODE=1",
                Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3",
                "-u"));
        command.addAll(List.of(arguments));
        Child program = children.start("pyro", command);
        buses.add(program);
        children.await(program, what, START, () -> program.output().contains(ready));
    }

    private void service(String... arguments) {
        Child service = children.start("bus-service", MeshLaunch.java(BusEcho.class, arguments));
        buses.add(service);
        children.await(
                service, "its service on the bus", START, () -> service.output().contains(BusEcho.READY));
    }

    private String script() {
        return root.resolve("fairlead-benchmarks/peers/bus-gateway.js").toString();
    }

    private Path config(int port, String bus) {
        return launch.write(
                "bus.yaml", """
                namespace: localhost
                dataDirectory: %s
                drainTimeout: 1s
                gateway:
                  endpoints:
                    - path: %s
                      backend: {type: bus, bus: %s}
                management: {address: "127.0.0.1:%d"}
                listen:
                  - address: 127.0.0.1:%d
                """.formatted(folder.resolve("bus-data-" + port), PATH, bus, launch.freePort(), port));
    }

    /** Ends the services and the buses. */
    void stop() {
        buses.reversed().forEach(children::stop);
    }
}
