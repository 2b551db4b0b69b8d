// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.bench.load.Children.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Carries a plan out. For one thread. */
final class Bench {

    private static final List<Candidate> WITH_TLS = List.of(Candidate.FAIRLEAD, Candidate.NGINX);

    /** The names of the cells that are no load. */
    static final String CONNECT = "connect";

    static final String TLS_CONNECT = "tls-connect";
    static final String TLS_RESUMED = "tls-resumed";
    static final String IDLE = "idle";
    static final String SDK_HEAP = "sdk-heap";
    static final String FORWARD = "forward";
    static final String GATEWAY_IDLE = "gateway-idle";

    /** Those that idle sessions are measured with: with callbacks or without, Fairlead's is the same. */
    private static final List<Candidate> IDLE_GATEWAYS =
            List.of(Candidate.GATEWAY_REFERENCE, Candidate.GATEWAY, Candidate.NODE_GATEWAY, Candidate.PUSHPIN);

    /** Those before a bus that the gateway in C is the yardstick of; that of the others is the gateway on Node. */
    static final List<Candidate> COMPARED_IN_C = List.of(Candidate.GATEWAY_REFERENCE, Candidate.EMBEDDED_BUS_GATEWAY);

    private final Plan plan;
    private final Path root;
    private final Path folder;
    private final Children children;
    private final Progress progress;
    private final Launch launch;
    private final LoadGenerator load;
    private final Map<Candidate, Contender> contenders = new EnumMap<>(Candidate.class);
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private boolean late;

    /**
     * Prepares a run.
     *
     * @param root the checkout, with everything built
     * @param folder empty, for the run's own files
     */
    Bench(Plan plan, Path root, Path folder, Children children, Progress progress) {
        this.plan = plan;
        this.root = root;
        this.folder = folder;
        this.children = children;
        this.progress = progress;
        this.launch = new Launch(root, folder, children);
        this.load = new LoadGenerator(root.resolve("fairlead-benchmarks/ruler"), children);
    }

    /**
     * Measures.
     *
     * @return what was found; parts for which time ran out are missing, and said to be
     * @throws UnusableRun if a candidate does not start
     */
    Results run() {
        boolean tls = plan.has(Part.TLS) && tlsIsThere();
        for (Candidate candidate : plan.candidates()) {
            progress.now("starting", candidate.title());
            contenders.put(candidate, launch.start(candidate, tls && WITH_TLS.contains(candidate)));
        }
        Map<String, String> about = about();
        for (Candidate candidate :
                plan.comparesRelays() ? List.of(Candidate.FAIRLEAD, Candidate.NODE) : List.<Candidate>of()) {
            progress.now("warming up", candidate.title());
            warmUp(contender(candidate).plain());
        }
        if (plan.has(Part.CONNECT)) {
            connect();
        }
        if (tls) {
            tls();
        }
        if (plan.has(Part.IDLE)) {
            idle();
        }
        if (plan.has(Part.LOAD)) {
            load();
        }
        if (plan.has(Part.HTTP)) {
            http();
        }
        if (plan.has(Part.SDK)) {
            sdk();
        }
        if (plan.has(Part.SDK_HEAP)) {
            sdkHeap();
        }
        if (plan.has(Part.FORWARD)) {
            forward();
        }
        if (plan.has(Part.GATEWAY)) {
            gateway();
        }
        if (plan.has(Part.GATEWAY_IDLE)) {
            gatewayIdle();
        }
        if (plan.has(Part.MESH)) {
            mesh();
        }
        if (plan.has(Part.BUS)) {
            bus();
        }
        progress.done();
        about.put("took", Progress.text(progress.elapsed()));
        return new Results(about, leftOut, entries);
    }

    private boolean tlsIsThere() {
        launch.makeCertificate();
        Optional<String> objection = launch.objectionToTls();
        objection.ifPresent(words -> leaveOut("TLS: this Fairlead opens no port for it (" + words + ")"));
        return objection.isEmpty();
    }

    private Contender contender(Candidate candidate) {
        Contender contender = contenders.get(candidate);
        if (contender == null) {
            throw new IllegalStateException("candidate: " + candidate + " (expected: one that was started)");
        }
        return contender;
    }

    private void leaveOut(String sentence) {
        leftOut.add(sentence);
        progress.note("left out: " + sentence);
    }

    /** {@return whether time has run out, which is told once} */
    private boolean isLate(String what) {
        if (!late && progress.elapsed().compareTo(plan.limit()) > 0) {
            late = true;
            leaveOut("what came after " + what + ": the time limit of " + Progress.text(plan.limit()) + " was reached");
        }
        return late;
    }

    /** Loads until the compiler has had its time: by the clock for messages, by what it costs for connections. */
    private void warmUp(List<String> target) {
        Duration share = plan.jitWarmUp().dividedBy(4);
        for (Cell cell :
                List.of(new Cell(64, 64, 16), new Cell(64, 1, 1), new Cell(16 << 10, 64, 1), new Cell(1 << 20, 1, 1))) {
            attempt("warming up", () -> load.echo(cell, share, Duration.ZERO, target));
        }
        long end = System.nanoTime() + plan.connectWarmUp().toNanos();
        double least = Double.MAX_VALUE;
        for (int inVain = 0; inVain < 3 && System.nanoTime() < end; ) {
            Optional<Sample> sample =
                    attempt("warming up", () -> load.connect(Duration.ofSeconds(2), Duration.ZERO, target));
            double cost = sample.map(Sample::cpuPerUnit).orElse(Double.MAX_VALUE);
            inVain = cost < 0.95 * least ? 0 : inVain + 1;
            least = Math.min(least, cost);
        }
    }

    private Optional<Sample> attempt(String what, Supplier<Sample> run) {
        try {
            return Optional.of(run.get());
        } catch (UnusableRun e) {
            // a program that fails may have said much, and a figure is left out for the first of it
            leaveOut(what + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason told"));
            return Optional.empty();
        }
    }

    private void connect() {
        Rounds rounds = new Rounds(Part.CONNECT, Candidate.CRELAY);
        for (int round = 1; round <= plan.rounds() && !isLate("connecting"); round++) {
            for (Contender contender : contenders.values()) {
                String what = turn("connecting", round, contender);
                int number = round;
                attempt(what, () -> load.connect(plan.measured(), plan.warmUp(), contender.plain()))
                        .ifPresent(sample -> rounds.add(CONNECT, contender.candidate(), number, sample));
            }
        }
        entries.addAll(rounds.entries());
    }

    private void tls() {
        progress.now("warming up", "TLS");
        warmUp(contender(Candidate.FAIRLEAD).tls());
        Rounds rounds = new Rounds(Part.TLS, Candidate.NGINX);
        for (int round = 1; round <= plan.rounds() && !isLate("TLS"); round++) {
            int number = round;
            for (Cell cell : plan.tlsCells()) {
                for (Candidate candidate : WITH_TLS) {
                    Contender contender = contender(candidate);
                    attempt(
                                    turn("TLS " + cell.name(), round, contender),
                                    () -> load.echo(cell, plan.measured(), plan.warmUp(), contender.tls()))
                            .ifPresent(sample -> rounds.add(cell.name(), candidate, number, sample));
                }
            }
            for (Candidate candidate : WITH_TLS) {
                Contender contender = contender(candidate);
                String what = turn("TLS, connecting", round, contender);
                attempt(what, () -> load.connect(plan.measured(), plan.warmUp(), contender.tls()))
                        .ifPresent(sample -> rounds.add(TLS_CONNECT, candidate, number, sample));
                attempt(what, () -> load.connect(plan.measured(), plan.warmUp(), contender.tls(), "-r"))
                        .ifPresent(sample -> rounds.add(TLS_RESUMED, candidate, number, sample));
            }
        }
        entries.addAll(rounds.entries());
    }

    private void load() {
        for (Cell cell : plan.cells()) {
            if (!cell.fits()) {
                leaveOut(cell.name() + ": " + (cell.bytesUnderWay() >> 20)
                        + " MiB would be on their way at once (limit: " + (Cell.MOST_BYTES_UNDER_WAY >> 20)
                        + "), more than goes round once in a short run");
            }
        }
        Rounds rounds = new Rounds(Part.LOAD, Candidate.CRELAY);
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Cell cell : plan.fitting()) {
                if (isLate("round " + round + " of the load, " + cell.name())) {
                    break;
                }
                for (Contender contender : contenders.values()) {
                    int number = round;
                    attempt(
                                    turn(cell.name(), round, contender),
                                    () -> load.echo(cell, plan.measured(), plan.warmUp(), contender.plain()))
                            .ifPresent(sample -> rounds.add(cell.name(), contender.candidate(), number, sample));
                }
            }
        }
        entries.addAll(rounds.entries());
    }

    private void http() {
        Map<Candidate, Contender> overHttp = new EnumMap<>(Candidate.class);
        startHttp(Candidate.DIRECT, overHttp, launch::startHttpServer);
        startHttp(Candidate.FAIRLEAD, overHttp, () -> launch.overHttp(contender(Candidate.FAIRLEAD)));
        startHttp(Candidate.NODE, overHttp, launch::startHttpRelay);
        for (Candidate candidate : Plan.HTTP_RELAYS) {
            Contender contender = overHttp.get(candidate);
            if (contender != null) {
                progress.now("warming up HTTP", candidate.title());
                warmUpHttp(contender);
            }
        }
        Rounds rounds = new Rounds(Part.HTTP, Candidate.NODE);
        for (int round = 1; round <= plan.rounds() && !isLate("round " + (round - 1) + " of HTTP"); round++) {
            int number = round;
            Map<Candidate, Sample> webSockets = new EnumMap<>(Candidate.class);
            if (plan.hasBodies()) {
                for (Candidate candidate : Plan.HTTP_RELAYS) {
                    Contender contender = contender(candidate);
                    attempt(
                                    turn("WebSockets beside HTTP", round, contender),
                                    () -> load.echo(
                                            HttpCell.WEBSOCKET_CELL, plan.measured(), plan.warmUp(), contender.plain()))
                            .map(Sample::perRelayedByte)
                            .ifPresent(sample -> {
                                webSockets.put(candidate, sample);
                                rounds.add(HttpCell.WEBSOCKET, candidate, number, sample);
                            });
                }
            }
            for (HttpCell cell : plan.httpCells()) {
                for (Contender contender : overHttp.values()) {
                    Candidate candidate = contender.candidate();
                    attempt(
                                    turn(cell.name(), round, contender),
                                    () -> load.http(cell, plan.measured(), plan.warmUp(), contender.plain()))
                            .map(sample -> {
                                Sample webSocket = webSockets.get(candidate);
                                return cell.isBody() && webSocket != null ? sample.besideWebSocket(webSocket) : sample;
                            })
                            .ifPresent(sample -> rounds.add(cell.name(), candidate, number, sample));
                }
            }
        }
        entries.addAll(rounds.entries());
    }

    /** A candidate that relays no HTTP is left out of this part, and said to be. */
    private void startHttp(Candidate candidate, Map<Candidate, Contender> into, Supplier<Contender> start) {
        progress.now("starting HTTP", candidate.title());
        try {
            into.put(candidate, start.get());
        } catch (UnusableRun e) {
            leaveOut("HTTP: " + String.valueOf(e.getMessage()).strip().replaceFirst("\\s*\\{.*", ""));
        }
    }

    private void warmUpHttp(Contender contender) {
        List<HttpCell> cells = new ArrayList<>(List.of(
                new HttpCell(HttpCell.Work.ECHO, 1 << 10, 64),
                new HttpCell(HttpCell.Work.ECHO, 64 << 10, 64),
                HttpCell.body(HttpCell.Work.DOWNLOAD, 10 << 20),
                HttpCell.body(HttpCell.Work.CHUNKED, 10 << 20)));
        Duration share = plan.httpWarmUp().dividedBy(cells.size() + 1);
        List<String> webSocket = contender(contender.candidate()).plain();
        attempt("warming up HTTP", () -> load.echo(HttpCell.WEBSOCKET_CELL, share, Duration.ZERO, webSocket));
        for (HttpCell cell : cells) {
            attempt("warming up HTTP", () -> load.http(cell, share, Duration.ZERO, contender.plain()));
        }
    }

    private void sdk() {
        progress.now("starting", "listeners");
        List<Contender> listeners = new ArrayList<>();
        try {
            listeners.add(launch.startCListener(contender(Candidate.FAIRLEAD)));
            listeners.add(launch.startSdkListener(contender(Candidate.FAIRLEAD)));
            Duration share = plan.sdkWarmUp().dividedBy(4);
            for (Cell cell : List.of(
                    new Cell(64, 64, 16), new Cell(64, 1, 1), new Cell(64, 1_000, 1), new Cell(16 << 10, 64, 16))) {
                progress.now("warming up", Candidate.SDK_LISTENER.title());
                attempt(
                        "warming up",
                        () -> load.echo(
                                cell, share, Duration.ZERO, listeners.getLast().plain()));
            }
            Rounds rounds = new Rounds(Part.SDK, Candidate.C_LISTENER);
            for (int round = 1; round <= plan.rounds() && !isLate("round " + (round - 1) + " of the SDK"); round++) {
                int number = round;
                for (Cell cell : plan.sdkCells()) {
                    for (Contender contender : listeners) {
                        attempt(
                                        turn(Plan.SDK + cell.name(), round, contender),
                                        () -> load.echo(cell, plan.measured(), plan.warmUp(), contender.plain()))
                                .ifPresent(sample -> rounds.add(cell.name(), contender.candidate(), number, sample));
                    }
                }
            }
            entries.addAll(rounds.entries());
        } catch (UnusableRun e) {
            leaveOut("the SDK: " + e.getMessage());
        } finally {
            listeners.forEach(launch::stop);
        }
    }

    private void sdkHeap() {
        if (isLate("the SDK's heap")) {
            return;
        }
        int connections = OpenFiles.pairs(plan.idlePairs());
        if (connections < plan.idlePairs()) {
            leaveOut("more than " + connections + " idle connections of the SDK (planned: " + plan.idlePairs()
                    + "): a process may open " + OpenFiles.limit() + " files here");
        }
        progress.now("idle connections", Candidate.SDK_LISTENER.title());
        Contender contender = launch.startSdkListener(contender(Candidate.FAIRLEAD));
        try {
            entries.add(new Entry(Part.SDK_HEAP, SDK_HEAP, Candidate.SDK_LISTENER, 1, idle(contender, connections)));
        } catch (UnusableRun e) {
            leaveOut("idle connections of the SDK: " + e.getMessage());
        } finally {
            launch.stop(contender);
        }
    }

    private void forward() {
        progress.now("starting", Candidate.FORWARDER.title());
        int sink = launch.startSink();
        Contender forwarder;
        try {
            forwarder = launch.startForwarders(contender(Candidate.FAIRLEAD), sink);
        } catch (UnusableRun e) {
            leaveOut("TCP forward: " + String.valueOf(e.getMessage()).strip());
            return;
        }
        List<Long> pids = new ArrayList<>(forwarder.process().pids());
        forwarder.listener().forEach(child -> pids.addAll(child.pids()));
        pids.addAll(contender(Candidate.FAIRLEAD).process().pids());
        attempt("warming up TCP forward", () -> load.stream(plan.streamedBytes() / 4, forwarder.port(), pids));
        Rounds rounds = new Rounds(Part.FORWARD, Candidate.SOCAT);
        for (int round = 1; round <= plan.rounds() && !isLate("round " + (round - 1) + " of TCP forward"); round++) {
            int number = round;
            Contender socat = launch.startSocat(sink);
            Optional<Sample> plain = attempt(
                    turn(FORWARD, round, socat),
                    () -> load.stream(
                            plan.streamedBytes(), socat.port(), socat.process().pids()));
            launch.stop(socat);
            attempt(turn(FORWARD, round, forwarder), () -> load.stream(plan.streamedBytes(), forwarder.port(), pids))
                    .map(sample -> plain.map(sample::besideSocat).orElse(sample))
                    .ifPresent(sample -> rounds.add(FORWARD, Candidate.FORWARDER, number, sample));
            plain.ifPresent(sample -> rounds.add(FORWARD, Candidate.SOCAT, number, sample));
        }
        entries.addAll(rounds.entries());
        launch.stop(forwarder);
    }

    private void gateway() {
        Map<Candidate, Contender> gateways = new EnumMap<>(Candidate.class);
        for (Candidate candidate : Candidate.GATEWAYS) {
            progress.now("starting", candidate.title());
            try {
                Contender fairlead = gateways.get(Candidate.GATEWAY);
                gateways.put(
                        candidate,
                        candidate == Candidate.GATEWAY_CALLBACKS && fairlead != null
                                ? launch.withCallbacks(fairlead)
                                : launch.startGateway(candidate));
            } catch (UnusableRun e) {
                leaveOut("gateways: " + String.valueOf(e.getMessage()).strip());
            }
        }
        gateways.forEach((candidate, contender) -> {
            if (candidate != Candidate.GATEWAY_REFERENCE && candidate != Candidate.PUSHPIN) {
                progress.now("warming up", candidate.title());
                warmUpGateway(contender);
            }
        });
        Rounds rounds = new Rounds(Part.GATEWAY, Candidate.GATEWAY_REFERENCE);
        for (int round = 1; round <= plan.rounds() && !isLate("round " + (round - 1) + " of gateways"); round++) {
            int number = round;
            for (Cell cell : plan.gatewayCells()) {
                for (Contender contender : gateways.values()) {
                    attempt(
                                    turn(Plan.GATEWAY + cell.name(), round, contender),
                                    () -> load.echo(cell, plan.measured(), plan.warmUp(), contender.plain()))
                            .ifPresent(sample -> rounds.add(cell.name(), contender.candidate(), number, sample));
                }
            }
        }
        entries.addAll(rounds.entries());
        gateways.values().forEach(launch::stop);
    }

    private void warmUpGateway(Contender contender) {
        List<Cell> cells = List.of(new Cell(64, 64, 1), new Cell(1 << 10, 1_000, 1), new Cell(64, 1, 1));
        for (Cell cell : cells) {
            Duration share = plan.gatewayWarmUp().dividedBy(cells.size());
            attempt("warming up gateways", () -> load.echo(cell, share, Duration.ZERO, contender.plain()));
        }
    }

    private void gatewayIdle() {
        int sessions = OpenFiles.pairs(plan.idlePairs());
        if (sessions < plan.idlePairs()) {
            leaveOut("more than " + sessions + " idle sessions of gateways (planned: " + plan.idlePairs()
                    + "): a process may open " + OpenFiles.limit() + " files here");
        }
        for (Candidate candidate : IDLE_GATEWAYS) {
            if (isLate("idle sessions of gateways")) {
                break;
            }
            progress.now("idle sessions", candidate.title());
            try {
                Contender contender = launch.startGateway(candidate);
                try {
                    entries.add(new Entry(Part.GATEWAY_IDLE, GATEWAY_IDLE, candidate, 1, idle(contender, sessions)));
                } finally {
                    launch.stop(contender);
                }
            } catch (UnusableRun e) {
                leaveOut("idle sessions, " + candidate.id() + ": " + e.getMessage());
            }
        }
    }

    private void mesh() {
        if (isLate("the mesh")) {
            return;
        }
        progress.now("starting", "RabbitMQ");
        MeshLaunch mesh;
        try {
            mesh = new MeshLaunch(root, folder, launch, children);
        } catch (UnusableRun e) {
            leaveOut("the mesh: " + String.valueOf(e.getMessage()).strip());
            return;
        }
        List<Contender> asking = new ArrayList<>();
        for (Candidate candidate : Candidate.IN_MESH) {
            progress.now("starting in the mesh", candidate.title());
            try {
                asking.add(mesh.start(candidate));
            } catch (UnusableRun e) {
                leaveOut("the mesh: " + String.valueOf(e.getMessage()).strip());
            }
        }
        for (Contender contender : asking) {
            progress.now("warming up in the mesh", contender.candidate().title());
            Duration share = plan.meshWarmUp().dividedBy(plan.meshCells().size());
            for (Cell cell : plan.meshCells()) {
                attempt("warming up the mesh", () -> load.ask(cell, share, Duration.ZERO, contender));
            }
        }
        Rounds rounds = new Rounds(Part.MESH, Candidate.NODE_MESH_GATEWAY);
        for (int round = 1; round <= plan.rounds() && !isLate("round " + (round - 1) + " of the mesh"); round++) {
            int number = round;
            for (Cell cell : plan.meshCells()) {
                Map<Candidate, Sample> samples = new EnumMap<>(Candidate.class);
                for (Contender contender : asking) {
                    attempt(
                                    turn(Plan.MESH + cell.name(), round, contender),
                                    () -> load.ask(cell, plan.measured(), plan.warmUp(), contender))
                            .ifPresent(sample -> samples.put(contender.candidate(), sample));
                }
                Sample client = samples.get(Candidate.AMQP_CLIENT);
                samples.forEach((candidate, sample) -> rounds.add(
                        cell.name(), candidate, number, client == null ? sample : sample.besideClient(client)));
            }
        }
        entries.addAll(rounds.entries());
        asking.forEach(launch::stop);
        mesh.stop();
    }

    private void bus() {
        BusLaunch buses = new BusLaunch(root, folder, launch, children);
        List<Contender> gateways = new ArrayList<>();
        for (Candidate candidate : Candidate.ON_BUS) {
            if (isLate("the message bus")) {
                break;
            }
            progress.now("starting before a bus", candidate.title());
            try {
                gateways.add(buses.start(candidate));
            } catch (UnusableRun e) {
                leaveOut("the message bus: " + String.valueOf(e.getMessage()).strip());
            }
        }
        for (Contender contender : gateways) {
            Candidate candidate = contender.candidate();
            if (candidate != Candidate.GATEWAY_REFERENCE) {
                progress.now("warming up before a bus", candidate.title());
                Duration share = plan.busWarmUp().dividedBy(plan.busCells().size());
                for (Cell cell : plan.busCellsOf(candidate)) {
                    attempt("warming up the message bus", () -> say(cell, share, Duration.ZERO, contender));
                }
            }
        }
        Rounds embedded = new Rounds(Part.BUS, Candidate.GATEWAY_REFERENCE);
        Rounds apart = new Rounds(Part.BUS, Candidate.NODE_BUS_GATEWAY);
        for (int round = 1; round <= plan.rounds() && !isLate("round " + (round - 1) + " of the bus"); round++) {
            int number = round;
            for (Cell cell : plan.busCells()) {
                for (Contender contender : gateways) {
                    Candidate candidate = contender.candidate();
                    if (plan.busCellsOf(candidate).contains(cell)) {
                        attempt(
                                        turn(Plan.BUS + cell.name(), round, contender),
                                        () -> say(cell, plan.measured(), plan.warmUp(), contender))
                                .ifPresent(sample -> (COMPARED_IN_C.contains(candidate) ? embedded : apart)
                                        .add(cell.name(), candidate, number, sample));
                    }
                }
            }
        }
        entries.addAll(embedded.entries());
        entries.addAll(apart.entries());
        gateways.forEach(launch::stop);
        buses.stop();
    }

    private Sample say(Cell cell, Duration measured, Duration warmUp, Contender contender) {
        return load.talk(cell, BusTalk.options(contender.candidate(), cell.size()), measured, warmUp, contender);
    }

    private String turn(String what, int round, Contender contender) {
        String step = "round " + round + " of " + plan.rounds() + ", " + what;
        progress.now(step, contender.candidate().title());
        return step + ", " + contender.candidate().id();
    }

    /** Each candidate is started afresh, so that what earlier loads left behind does not count. */
    private void idle() {
        int pairs = OpenFiles.pairs(plan.idlePairs());
        if (pairs < plan.idlePairs()) {
            leaveOut("more than " + pairs + " idle pairs (planned: " + plan.idlePairs() + "): a process may open "
                    + OpenFiles.limit() + " files here");
        }
        for (Candidate candidate : Candidate.RELAYING) {
            if (candidate == Candidate.DIRECT || isLate("idle pairs")) {
                continue;
            }
            progress.now("idle pairs", candidate.title());
            Contender contender = launch.start(candidate, false);
            try {
                entries.add(new Entry(Part.IDLE, IDLE, candidate, 1, idle(contender, pairs)));
            } catch (UnusableRun e) {
                leaveOut("idle pairs, " + candidate.id() + ": " + e.getMessage());
            } finally {
                launch.stop(contender);
            }
        }
    }

    private Map<Figure, Double> idle(Contender contender, int pairs) {
        Duration brief = Duration.ofSeconds(1);
        var _ = load.connect(brief, Duration.ZERO, contender.plain());
        var _ = load.echo(new Cell(1 << 10, 64, 1), brief, Duration.ZERO, contender.plain());
        Memory before = Memory.of(contender, children);
        Child clients = children.start("wsload-idle", load.idle(pairs, contender.plain()));
        try {
            children.await(
                    clients,
                    "all connections open",
                    Duration.ofSeconds(60),
                    () -> clients.complaints().contains("opened"));
            Memory after = Memory.of(contender, children);
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.PAIRS, (double) pairs);
            figures.put(Figure.RESIDENT_BYTES_PER_PAIR, (double) (after.resident() - before.resident()) / pairs);
            if (after.heap().isPresent()) {
                figures.put(
                        Figure.HEAP_BYTES_PER_PAIR,
                        (double) (after.heap().getAsLong() - before.heap().orElse(0)) / pairs);
            }
            return figures;
        } finally {
            children.stop(clients);
        }
    }

    private Map<String, String> about() {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("plan", plan.name());
        about.put("rounds", String.valueOf(plan.rounds()));
        about.put("seconds", String.valueOf(plan.measured().toMillis() / 1e3));
        about.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        about.put("java", Runtime.version().toString());
        about.put("node", version("node", "--version"));
        about.put("nginx", version("nginx", "-v"));
        about.put("haproxy", version("haproxy", "-v"));
        if (plan.has(Part.FORWARD)) {
            about.put("socat", version("socat", "-V"));
        }
        if (plan.has(Part.GATEWAY) || plan.has(Part.GATEWAY_IDLE)) {
            about.put("pushpin", version("pushpin", "--version"));
        }
        if (plan.has(Part.MESH)) {
            about.put("rabbitmq", version("dpkg-query", "-W", "-f=${Version}", "rabbitmq-server"));
        }
        if (plan.has(Part.BUS)) {
            about.put("nats-server", version("dpkg-query", "-W", "-f=${Version}", "nats-server"));
            about.put("pyro", version("dpkg-query", "-W", "-f=${Version}", "python3-pyro4"));
        }
        String options = System.getenv("FAIRLEAD_JAVA_OPTS");
        if (options != null && !options.isBlank()) {
            about.put("more Java options", options);
        }
        return about;
    }

    /** {@return the first number with a point in what a program says of itself} */
    private String version(String... command) {
        Child child = children.start("version", List.of(command));
        try {
            var _ = child.process().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableRun("interrupted", e);
        } finally {
            children.stop(child);
        }
        Matcher number = Pattern.compile("\\d+(\\.\\d+)+").matcher(child.output() + child.complaints());
        return number.find() ? number.group() : "unknown";
    }
}
