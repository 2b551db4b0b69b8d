// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.cli.forward.HttpForward;
import dev.fairlead.cli.forward.LiveLines;
import dev.fairlead.cli.forward.LocalForward;
import dev.fairlead.cli.forward.LocalPort;
import dev.fairlead.cli.forward.MalformedForward;
import dev.fairlead.cli.forward.OpenConnections;
import dev.fairlead.cli.forward.RemotePath;
import dev.fairlead.cli.forward.StandardStreams;
import dev.fairlead.cli.forward.Target;
import dev.fairlead.cli.forward.TcpForward;
import dev.fairlead.cli.forward.Traffic;
import dev.fairlead.cli.forward.Tunnel;
import dev.fairlead.cli.forward.Witness;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelaySender;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Forwards TCP and HTTP over hybrid connections, as azbridge does, until it is told to stop. */
@Command(
        name = "forward",
        description = {
            "Forwards TCP ports and web servers over hybrid connections until SIGTERM or SIGINT. It understands azbridge, and has its"
                    + " options: -L where the clients are, -T and -H where the server is. Each can be given several times.",
            "A port name joins the two ends: -L 2222/ssh:home goes to what -T home:ssh/nas:22 names. Without one, the port is the"
                    + " name: -L 5432:db goes to -T db:5432. Senders reach what -T and -H name, and nothing else. UDP is not"
                    + " forwarded."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairlead forward @data/connection-string -T db:5432                    # beside the database",
            "  fairlead forward @data/connection-string -L 5432:db                    # psql -h 127.0.0.1",
            "  fairlead forward @data/connection-string -T 'home:22;web/nas:80' -H site:http/localhost:8080",
            "  fairlead forward @data/connection-string -T lab:* --allow 10.0.0.7:22 --allow db.lab:5432",
            "  ssh -o 'ProxyCommand fairlead forward @data/connection-string -W home/%%p' user@home"
        })
final class ForwardVerb implements Callable<Integer> {

    /** What SIGTERM leaves to connections that are about to end by themselves. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** Most terminals are as wide; a line that wraps could not be written anew. */
    private static final int TERMINAL_WIDTH = 80;

    private final Surroundings surroundings;
    private final StopSignal stop;
    private final BooleanSupplier terminal;

    @Mixin
    private ForwardKey key = new ForwardKey();

    @Mixin
    private Trust trust = new Trust();

    @Option(
            names = LocalForward.OPTION,
            paramLabel = "[BIND_ADDRESS:]PORT[/PORT_NAME][;…]:PATH",
            description =
                    "Take connections to this port, and forward them to whoever listens on PATH. Bound to the loopback"
                            + " unless told; * binds all addresses.")
    private List<String> locals = new ArrayList<>();

    @Option(
            names = TcpForward.OPTION,
            paramLabel = "PATH:[PORT_NAME/][HOST:]PORT[;…]",
            description =
                    "Listen on PATH, and forward senders' connections to this port, of this machine unless told. PATH:* lets"
                            + " a sender choose, by the port name HOST:PORT, one of the targets that --allow names.")
    private List<String> remotes = new ArrayList<>();

    @Option(
            names = HttpForward.OPTION,
            paramLabel = "PATH:[http/|https/]HOST[:PORT][/PATH]",
            description =
                    "Listen on PATH, and have this web server answer senders' requests and, where there is no -T for PATH,"
                            + " their WebSockets. A URL does as well.")
    private List<String> webs = new ArrayList<>();

    @Option(
            names = Tunnel.OPTION,
            paramLabel = "PATH[/PORT_NAME]",
            description = "Join standard input and output to whoever listens on PATH, and do nothing else.")
    private @Nullable String tunnel;

    @Option(
            names = "--allow",
            paramLabel = "HOST:PORT",
            description = "Let senders choose this target, where -T says PATH:*. Nothing is allowed unless named here.")
    private List<String> allowed = new ArrayList<>();

    @Option(
            names = "--plain",
            description =
                    "Print a line for each event, even on a terminal, where otherwise one line for each forward tells how it"
                            + " stands.")
    private boolean plain;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print what is wrong, and nothing else.")
    private boolean quiet;

    /**
     * Makes the verb.
     *
     * @param terminal whether somebody looks on
     */
    ForwardVerb(Surroundings surroundings, StopSignal stop, BooleanSupplier terminal) {
        this.surroundings = surroundings;
        this.stop = stop;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (StopSignal.Watch _ = stop.watch()) {
            ConnectionString string = key.in(surroundings.environment());
            return tunnel == null ? forward(string) : join(string, tunnel);
        } catch (MalformedForward e) {
            throw CommandFailure.misused(Objects.requireNonNullElse(e.getMessage(), "an option cannot be read"));
        }
    }

    private int join(ConnectionString string, String option) throws InterruptedException {
        if (!locals.isEmpty() || !remotes.isEmpty() || !webs.isEmpty()) {
            throw CommandFailure.misused(Tunnel.OPTION + ": beside others (expected: alone)");
        }
        Tunnel wanted = Tunnel.parse(option, string.entityPath());
        ConnectionString there = string.withEntityPath(wanted.path());
        try {
            String failure = StandardStreams.join(
                    sender(there),
                    wanted,
                    surroundings.input(),
                    surroundings.output().raw());
            if (failure != null) {
                throw CommandFailure.failed(wanted.path() + ": " + failure);
            }
            return ExitCode.DONE.code();
        } catch (RelayException e) {
            throw Destination.failure(e, there, surroundings.environment(), "Send");
        }
    }

    private int forward(ConnectionString string) throws InterruptedException {
        List<LocalForward> forwards = locals.stream()
                .flatMap(text -> LocalForward.parse(text).stream())
                .toList();
        Map<HybridPath, List<TcpForward>> tcp = remotes.stream()
                .flatMap(text -> TcpForward.parse(text).stream())
                .collect(Collectors.groupingBy(TcpForward::path, LinkedHashMap::new, Collectors.toList()));
        Map<HybridPath, HttpForward> http = new LinkedHashMap<>();
        for (String text : webs) {
            HttpForward web = HttpForward.parse(text);
            if (http.put(web.path(), web) != null) {
                throw CommandFailure.misused(
                        HttpForward.OPTION + ": " + web.path() + " twice (expected: one web server)");
            }
        }
        if (forwards.isEmpty() && tcp.isEmpty() && http.isEmpty()) {
            throw CommandFailure.misused("nothing to forward (expected: -L, -T, -H or -W)");
        }
        Set<Target> targets =
                allowed.stream().map(text -> Target.parse("--allow", text)).collect(Collectors.toSet());

        Run run = new Run();
        forwards.forEach(each -> run.senders.add(sender(at(string, each.path()))));
        Set<HybridPath> paths = new LinkedHashSet<>(tcp.keySet());
        paths.addAll(http.keySet());
        paths.forEach(path -> run.remotePaths.add(
                remote(at(string, path), tcp.getOrDefault(path, List.of()), targets, http.get(path), run)));
        try {
            run.bind(forwards);
            run.begin(forwards, string);
            stop.await(run::end);
            return ExitCode.DONE.code();
        } finally {
            run.end();
        }
    }

    private static ConnectionString at(ConnectionString string, HybridPath path) {
        return Destination.at(string, path.spelled());
    }

    private RelaySender sender(ConnectionString string) {
        return usable(() -> {
            RelaySender.Builder builder = RelaySender.builder(string);
            EnvironmentProxies.of(surroundings.environment())
                    .ifPresent(proxies -> builder.proxy(proxies, proxies.authenticator()));
            SSLContext trusted = trust.context();
            return (trusted == null ? builder : builder.sslContext(trusted)).build();
        });
    }

    private RemotePath remote(
            ConnectionString string, List<TcpForward> tcp, Set<Target> targets, @Nullable HttpForward http, Run run) {
        return usable(() -> {
            RelayListener.Builder builder = RelayListener.builder(string);
            EnvironmentProxies.of(surroundings.environment())
                    .ifPresent(proxies -> builder.proxy(proxies, proxies.authenticator()));
            SSLContext trusted = trust.context();
            if (trusted != null) {
                builder.sslContext(trusted);
            }
            RelayForwarder forwarder = http == null
                    ? null
                    : trusted == null ? RelayForwarder.to(http.target()) : RelayForwarder.to(http.target(), trusted);
            return new RemotePath(string.entityPath().orElseThrow(), builder, tcp, targets, forwarder, run, run.open);
        });
    }

    private static <T> T usable(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.misused(
                    Objects.requireNonNullElse(e.getMessage(), "the connection string is of no use"));
        }
    }

    /** One run of the command: what it opened, and how it tells of it. */
    private final class Run implements Witness {

        private final OpenConnections open = new OpenConnections();
        private final List<RelaySender> senders = new ArrayList<>();
        private final List<RemotePath> remotePaths = new ArrayList<>();
        private final List<LocalPort> localPorts = new ArrayList<>();
        private volatile @Nullable LiveLines live;

        /** All ports or none. */
        void bind(List<LocalForward> forwards) {
            for (LocalForward forward : forwards) {
                try {
                    localPorts.add(LocalPort.bind(forward));
                } catch (IOException e) {
                    throw CommandFailure.failed(
                            LocalForward.OPTION + ": " + (forward.host() == null ? "" : forward.host() + ":")
                                    + forward.port() + " cannot be bound: " + e.getMessage());
                }
            }
        }

        void begin(List<LocalForward> forwards, ConnectionString string) throws InterruptedException {
            List<Traffic> traffic = Stream.concat(
                            localPorts.stream().map(LocalPort::traffic),
                            remotePaths.stream().flatMap(path -> path.traffic().stream()))
                    .toList();
            if (!plain && !quiet && terminal.getAsBoolean()) {
                live = new LiveLines(surroundings.output().out(), traffic, TERMINAL_WIDTH);
            }
            for (int i = 0; i < forwards.size(); i++) {
                ConnectionString there = at(string, forwards.get(i).path());
                localPorts
                        .get(i)
                        .serve(
                                senders.get(i),
                                this,
                                open,
                                failure -> Objects.requireNonNull(
                                        Destination.failure(failure, there, surroundings.environment(), "Send")
                                                .getMessage()));
                event("forwarding " + localPorts.get(i).traffic().forward());
            }
            List<CompletableFuture<Void>> tries =
                    remotePaths.stream().map(RemotePath::open).toList();
            for (int i = 0; i < tries.size(); i++) {
                try {
                    tries.get(i).get();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RelayException failure) {
                        throw Destination.failure(
                                failure,
                                string.withEntityPath(remotePaths.get(i).path()),
                                surroundings.environment(),
                                "Listen");
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
            LiveLines drawn = live;
            if (drawn != null) {
                drawn.start();
            }
        }

        /** Takes nobody any more, leaves a moment to those that are here, and lets go of everything. */
        void end() {
            localPorts.forEach(LocalPort::close);
            open.close(DRAIN);
            remotePaths.forEach(RemotePath::close);
            LiveLines drawn = live;
            if (drawn != null) {
                drawn.close();
            }
        }

        @Override
        public void event(String line) {
            if (live == null && !quiet) {
                surroundings.output().line(line);
            }
        }

        @Override
        public void trouble(String line) {
            LiveLines drawn = live;
            if (drawn == null) {
                surroundings.output().note(line);
            } else {
                drawn.trouble(line);
            }
        }
    }
}
