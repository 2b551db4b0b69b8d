// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a run measures, and for how long.
 *
 * @param name of the plan
 * @param parts which parts run
 * @param cells the load cells
 * @param tlsCells the cells that also run over TLS
 * @param httpCells the cells of HTTP
 * @param sdkCells the cells of the SDK
 * @param gatewayCells the cells of gateways
 * @param meshCells the cells in a mesh
 * @param busCells the cells before a message bus
 * @param rounds how often each candidate has its turn
 * @param measured how long a run counts
 * @param warmUp how long each run goes on before it counts
 * @param jitWarmUp how long each candidate with a compiler inside gets messages before the first round
 * @param connectWarmUp how long it gets connections before the first round, at most
 * @param idlePairs how many pairs stand idle at once
 * @param streamedBytes how long the TCP stream is that is forwarded
 * @param limit when measuring stops, whatever is still to be done
 */
record Plan(
        String name,
        Set<Part> parts,
        List<Cell> cells,
        List<Cell> tlsCells,
        List<HttpCell> httpCells,
        List<Cell> sdkCells,
        List<Cell> gatewayCells,
        List<Cell> meshCells,
        List<Cell> busCells,
        int rounds,
        Duration measured,
        Duration warmUp,
        Duration jitWarmUp,
        Duration connectWarmUp,
        int idlePairs,
        long streamedBytes,
        Duration limit) {

    /** What the names of the SDK's cells begin with. */
    static final String SDK = "sdk";

    /** What the names of the gateways' cells begin with. */
    static final String GATEWAY = "gateway";

    /** What the names of the cells in a mesh begin with. */
    static final String MESH = "mesh";

    /** What the names of the cells before a message bus begin with. */
    static final String BUS = "bus";

    /** From so many clients on the bus in Python is left out: it would be waited for most of the time. */
    private static final int TOO_MANY_FOR_PYTHON = 1_000;

    /** What a run costs beside its own time: processes, connections. */
    private static final Duration RUN_OVERHEAD = Duration.ofMillis(150);

    /** What a body that is longer than the measured time costs beside. */
    private static final Duration BODY_OVERHEAD = Duration.ofMillis(400);

    /** The bodies that are too long for control channels. */
    private static final int LONG_BODY = 100 << 20;

    /** How long one stream takes, at most, that is to be forwarded. */
    private static final Duration STREAM = Duration.ofSeconds(5);

    /** How long RabbitMQ takes to start, with the service. */
    private static final Duration BROKER = Duration.ofSeconds(15);

    /** How long the buses take to start, with services and gateways. */
    private static final Duration BUSES = Duration.ofSeconds(15);

    private static final List<Candidate> ALL = Candidate.RELAYING;

    /** The relays that HTTP is measured with. */
    static final List<Candidate> HTTP_RELAYS = List.of(Candidate.FAIRLEAD, Candidate.NODE);

    /** {@return the plan for figures that are to be believed} */
    static Plan full() {
        List<Cell> cells = new ArrayList<>();
        for (int size : List.of(64, 1 << 10, 16 << 10, 1 << 20)) {
            for (int connections : List.of(1, 64, 1_000)) {
                for (int depth : List.of(1, 16)) {
                    cells.add(new Cell(size, connections, depth));
                }
            }
        }
        List<HttpCell> httpCells = new ArrayList<>();
        for (int size : List.of(0, 1 << 10, 64 << 10)) {
            for (int senders : List.of(1, 64)) {
                httpCells.add(new HttpCell(HttpCell.Work.ECHO, size, senders));
            }
        }
        for (HttpCell.Work work : List.of(HttpCell.Work.DOWNLOAD, HttpCell.Work.UPLOAD, HttpCell.Work.CHUNKED)) {
            httpCells.add(HttpCell.body(work, LONG_BODY));
        }
        return new Plan(
                "full",
                Set.of(Part.values()),
                cells,
                List.of(new Cell(1 << 10, 64, 16), new Cell(16 << 10, 64, 1), new Cell(64 << 10, 64, 1)),
                httpCells,
                List.of(
                        new Cell(64, 1, 1),
                        new Cell(64, 1, 16),
                        new Cell(64, 64, 1),
                        new Cell(64, 64, 16),
                        new Cell(64, 1_000, 1),
                        new Cell(64, 1_000, 16),
                        new Cell(1 << 10, 64, 1),
                        new Cell(1 << 10, 64, 16),
                        new Cell(16 << 10, 1, 16),
                        new Cell(16 << 10, 64, 1),
                        new Cell(16 << 10, 64, 16)),
                List.of(
                        new Cell(64, 1, 1),
                        new Cell(64, 64, 1),
                        new Cell(64, 1_000, 1),
                        new Cell(1 << 10, 1, 1),
                        new Cell(1 << 10, 64, 1),
                        new Cell(1 << 10, 1_000, 1)),
                List.of(new Cell(64, 1, 1), new Cell(64, 64, 1), new Cell(64, 1_000, 1)),
                List.of(new Cell(64, 1, 1), new Cell(64, 64, 1), new Cell(64, 1_000, 1)),
                3,
                Duration.ofMillis(1_500),
                Duration.ofMillis(500),
                Duration.ofSeconds(16),
                Duration.ofSeconds(40),
                9_000,
                1L << 30,
                Duration.ofMinutes(40));
    }

    /** {@return the plan for a look in passing: a few cells, short runs} */
    static Plan quick() {
        return new Plan(
                "quick",
                Set.of(Part.values()),
                List.of(
                        new Cell(64, 1, 1),
                        new Cell(64, 64, 16),
                        new Cell(1 << 10, 1_000, 1),
                        new Cell(16 << 10, 64, 1)),
                List.of(new Cell(16 << 10, 64, 1)),
                List.of(
                        new HttpCell(HttpCell.Work.ECHO, 1 << 10, 64),
                        HttpCell.body(HttpCell.Work.DOWNLOAD, LONG_BODY)),
                List.of(new Cell(64, 1, 1), new Cell(64, 64, 16)),
                List.of(new Cell(64, 64, 1)),
                List.of(new Cell(64, 64, 1)),
                List.of(new Cell(64, 64, 1)),
                3,
                Duration.ofMillis(400),
                Duration.ofMillis(200),
                Duration.ofSeconds(4),
                Duration.ofSeconds(6),
                1_000,
                64L << 20,
                Duration.ofMinutes(6));
    }

    /**
     * {@return this plan, with nothing but what one of the patterns names}
     *
     * @param patterns names of cells or of parts, in which {@code *} stands for anything; {@code load} is all
     *     cells, {@code http} all cells of HTTP
     * @throws IllegalArgumentException if they name nothing of this plan
     */
    Plan only(List<String> patterns) {
        Predicate<String> named = name -> patterns.stream().anyMatch(pattern -> matches(pattern, name));
        List<Cell> kept = cells.stream()
                .filter(cell -> named.test(cell.name()) || named.test(Part.LOAD.id()))
                .toList();
        List<HttpCell> keptHttp = httpCells.stream()
                .filter(cell -> named.test(cell.name()) || named.test(Part.HTTP.id()))
                .toList();
        List<Cell> keptSdk = sdkCells.stream()
                .filter(cell -> named.test(SDK + cell.name()) || named.test(Part.SDK.id()))
                .toList();
        List<Cell> keptGateway = gatewayCells.stream()
                .filter(cell -> named.test(GATEWAY + cell.name()) || named.test(Part.GATEWAY.id()))
                .toList();
        List<Cell> keptMesh = meshCells.stream()
                .filter(cell -> named.test(MESH + cell.name()) || named.test(Part.MESH.id()))
                .toList();
        List<Cell> keptBus = busCells.stream()
                .filter(cell -> named.test(BUS + cell.name()) || named.test(Part.BUS.id()))
                .toList();
        Set<Part> keptParts = new TreeSet<>();
        for (Part part : parts) {
            boolean keeps =
                    switch (part) {
                        case LOAD -> !kept.isEmpty();
                        case HTTP -> !keptHttp.isEmpty();
                        case SDK -> !keptSdk.isEmpty();
                        case GATEWAY -> !keptGateway.isEmpty();
                        case MESH -> !keptMesh.isEmpty();
                        case BUS -> !keptBus.isEmpty();
                        case CONNECT, TLS, IDLE, SDK_HEAP, FORWARD, GATEWAY_IDLE -> named.test(part.id());
                    };
            if (keeps) {
                keptParts.add(part);
            }
        }
        if (keptParts.isEmpty()) {
            throw new IllegalArgumentException("--cells: " + String.join(",", patterns) + " (expected: some of "
                    + String.join(", ", names()) + "; * stands for anything)");
        }
        return new Plan(
                name,
                keptParts,
                kept,
                tlsCells,
                keptHttp,
                keptSdk,
                keptGateway,
                keptMesh,
                keptBus,
                rounds,
                measured,
                warmUp,
                jitWarmUp,
                connectWarmUp,
                idlePairs,
                streamedBytes,
                limit);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        parts.stream().sorted().map(Part::id).forEach(names::add);
        cells.stream().map(Cell::name).forEach(names::add);
        httpCells.stream().map(HttpCell::name).forEach(names::add);
        sdkCells.stream().map(cell -> SDK + cell.name()).forEach(names::add);
        gatewayCells.stream().map(cell -> GATEWAY + cell.name()).forEach(names::add);
        meshCells.stream().map(cell -> MESH + cell.name()).forEach(names::add);
        busCells.stream().map(cell -> BUS + cell.name()).forEach(names::add);
        return names;
    }

    private static boolean matches(String pattern, String name) {
        String[] pieces = pattern.strip().split("\\*", -1);
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pieces.length; i++) {
            regex.append(i == 0 ? "" : ".*").append(Pattern.quote(pieces[i]));
        }
        return name.matches(regex.toString());
    }

    /** {@return whether a part runs} */
    boolean has(Part part) {
        return parts.contains(part);
    }

    /** {@return the cells that are measured} */
    List<Cell> fitting() {
        return cells.stream().filter(Cell::fits).toList();
    }

    /** {@return whether relays of WebSockets are compared} */
    boolean comparesRelays() {
        return has(Part.CONNECT) || has(Part.TLS) || has(Part.IDLE) || has(Part.LOAD);
    }

    /** {@return the candidates that relay WebSockets, or stand in for such, and are needed} */
    List<Candidate> candidates() {
        if (comparesRelays()) {
            return ALL;
        }
        if (has(Part.HTTP)) {
            return HTTP_RELAYS;
        }
        return has(Part.SDK) || has(Part.SDK_HEAP) || has(Part.FORWARD) ? List.of(Candidate.FAIRLEAD) : List.of();
    }

    /** {@return whether WebSockets are measured beside HTTP: where long bodies are} */
    boolean hasBodies() {
        return httpCells.stream().anyMatch(HttpCell::isBody);
    }

    /** {@return how long each candidate with a compiler inside gets requests before the first round of HTTP} */
    Duration httpWarmUp() {
        return jitWarmUp.dividedBy(2);
    }

    /** {@return how long the SDK gets messages before its first round} */
    Duration sdkWarmUp() {
        return jitWarmUp;
    }

    /** {@return how long each gateway with a compiler inside gets messages before the first round} */
    Duration gatewayWarmUp() {
        return jitWarmUp;
    }

    /** {@return how long each who asks in a mesh does so before the first round} */
    Duration meshWarmUp() {
        return jitWarmUp;
    }

    /** {@return the cells that a candidate before a message bus is measured in} */
    List<Cell> busCellsOf(Candidate candidate) {
        return candidate == Candidate.PYRO_BUS_GATEWAY
                ? busCells.stream()
                        .filter(cell -> cell.connections() < TOO_MANY_FOR_PYTHON)
                        .toList()
                : busCells;
    }

    /** {@return how long each before a message bus gets messages before the first round} */
    Duration busWarmUp() {
        return jitWarmUp;
    }

    /** {@return how long it will take, roughly} */
    Duration expected() {
        Duration run = measured.plus(warmUp).plus(RUN_OVERHEAD);
        Duration sum = Duration.ofSeconds(4);
        if (comparesRelays()) {
            sum = sum.plus(jitWarmUp.plus(connectWarmUp.dividedBy(2)).multipliedBy(2));
        }
        if (has(Part.CONNECT)) {
            sum = sum.plus(run.multipliedBy((long) rounds * ALL.size()));
        }
        if (has(Part.TLS)) {
            sum = sum.plus(jitWarmUp)
                    .plus(connectWarmUp.dividedBy(2))
                    .plus(run.multipliedBy(rounds * 2L * (tlsCells.size() + 2)));
        }
        if (has(Part.IDLE)) {
            sum = sum.plus(Duration.ofSeconds(5).plusMillis(idlePairs / 2).multipliedBy(ALL.size() - 1L));
        }
        for (Cell cell : has(Part.LOAD) ? fitting() : List.<Cell>of()) {
            sum = sum.plus(run.plusMillis(cell.connections() / 2).multipliedBy((long) rounds * ALL.size()));
        }
        for (Cell cell : has(Part.SDK) ? sdkCells : List.<Cell>of()) {
            sum = sum.plus(run.plusMillis(cell.connections() / 2).multipliedBy(rounds * 2L));
        }
        if (has(Part.SDK)) {
            sum = sum.plus(sdkWarmUp());
        }
        if (has(Part.SDK_HEAP)) {
            sum = sum.plus(Duration.ofSeconds(5).plusMillis(idlePairs));
        }
        if (has(Part.FORWARD)) {
            sum = sum.plus(STREAM.multipliedBy(rounds * 2L));
        }
        if (has(Part.GATEWAY)) {
            sum = sum.plus(gatewayWarmUp().multipliedBy(2));
            for (Cell cell : gatewayCells) {
                sum = sum.plus(
                        run.plusMillis(cell.connections() / 2).multipliedBy((long) rounds * Candidate.GATEWAYS.size()));
            }
        }
        if (has(Part.GATEWAY_IDLE)) {
            sum = sum.plus(
                    Duration.ofSeconds(7).plusMillis(idlePairs / 2).multipliedBy(Candidate.GATEWAYS.size() - 1L));
        }
        if (has(Part.MESH)) {
            sum = sum.plus(BROKER).plus(meshWarmUp().multipliedBy(Candidate.IN_MESH.size()));
            for (Cell cell : meshCells) {
                sum = sum.plus(
                        run.plusMillis(cell.connections() / 2).multipliedBy((long) rounds * Candidate.IN_MESH.size()));
            }
        }
        if (has(Part.BUS)) {
            sum = sum.plus(BUSES).plus(busWarmUp().multipliedBy(Candidate.ON_BUS.size() - 1L));
            for (Cell cell : busCells) {
                sum = sum.plus(
                        run.plusMillis(cell.connections() / 2).multipliedBy((long) rounds * Candidate.ON_BUS.size()));
            }
        }
        return sum.plus(has(Part.HTTP) ? expectedOfHttp(run) : Duration.ZERO);
    }

    private Duration expectedOfHttp(Duration run) {
        Duration sum = Duration.ofSeconds(1).plus(httpWarmUp().multipliedBy(2));
        for (HttpCell cell : httpCells) {
            sum = sum.plus(run.plus(cell.isBody() ? BODY_OVERHEAD : Duration.ZERO)
                    .multipliedBy((long) rounds * (HTTP_RELAYS.size() + 1)));
        }
        return hasBodies() ? sum.plus(run.multipliedBy((long) rounds * HTTP_RELAYS.size())) : sum;
    }
}
