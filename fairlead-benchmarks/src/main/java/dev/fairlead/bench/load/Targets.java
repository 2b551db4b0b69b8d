// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** What Fairlead's cost is to be held to, and what a run found. */
final class Targets {

    private static final double KIB = 1_024;

    private Targets() {}

    /**
     * A target.
     *
     * @param what is held to it
     * @param bound the bound and, in brackets, what is aimed at
     * @param found what the run found
     * @param met whether that is within the bound
     */
    record Verdict(String what, String bound, String found, boolean met) {}

    /** {@return a verdict on each target that the run says something about} */
    static List<Verdict> judge(Results results) {
        List<Verdict> verdicts = new ArrayList<>();
        List<Double> ratios = results.ratios(Candidate.FAIRLEAD, _ -> true);
        if (!ratios.isEmpty()) {
            double mean = Statistics.geometricMean(ratios);
            verdicts.add(new Verdict(
                    "CPU for each message to the C reference's, geometric mean of all cells",
                    "1.20 (1.15)",
                    Figures.ratio(mean),
                    mean <= 1.20));
            Entry worst = results.of(Part.LOAD)
                    .filter(entry -> entry.candidate() == Candidate.FAIRLEAD && entry.has(Figure.CPU_RATIO))
                    .max((one, other) -> Double.compare(one.get(Figure.CPU_RATIO), other.get(Figure.CPU_RATIO)))
                    .orElseThrow();
            verdicts.add(new Verdict(
                    "the same, worst cell",
                    "1.50 (1.40)",
                    Figures.ratio(worst.get(Figure.CPU_RATIO)) + " (" + worst.cell() + ")",
                    worst.get(Figure.CPU_RATIO) <= 1.50));
        }
        throughput(results, cell -> cell.depth() == 16 && cell.size() <= 1 << 10, "up to 1 KiB", 10)
                .ifPresent(verdicts::add);
        throughput(results, cell -> cell.depth() == 16 && cell.size() == 16 << 10, "16 KiB", 3)
                .ifPresent(verdicts::add);
        results.find(Part.IDLE, Bench.IDLE, Candidate.FAIRLEAD).ifPresent(entry -> {
            double kib = entry.get(Figure.RESIDENT_BYTES_PER_PAIR) / KIB;
            verdicts.add(new Verdict(
                    "resident memory for each idle pair", "8 KiB (4)", Figures.text(kib) + " KiB", kib <= 8));
        });
        results.find(Part.CONNECT, Bench.CONNECT, Candidate.FAIRLEAD).ifPresent(entry -> {
            double micros =
                    entry.get(Figure.USER_MICROS_PER_CONNECTION) + entry.get(Figure.SYSTEM_MICROS_PER_CONNECTION);
            verdicts.add(new Verdict(
                    "CPU for each connect with token, rendezvous and close",
                    "150 µs",
                    Figures.micros(micros),
                    micros <= 150));
        });
        tls(results).ifPresent(verdicts::add);
        http(results, verdicts);
        sdk(results, 16, 2).ifPresent(verdicts::add);
        sdk(results, 1, 3).ifPresent(verdicts::add);
        results.find(Part.FORWARD, Bench.FORWARD, Candidate.FORWARDER)
                .filter(entry -> entry.has(Figure.SOCAT_RATIO))
                .ifPresent(entry -> verdicts.add(new Verdict(
                        "speed of a TCP stream through two forwarders and a relay, to socat's",
                        "at least 0.33",
                        Figures.ratio(entry.get(Figure.SOCAT_RATIO)),
                        entry.get(Figure.SOCAT_RATIO) >= 1.0 / 3)));
        gateway(results, verdicts);
        mesh(results, verdicts);
        bus(results, Candidate.EMBEDDED_BUS_GATEWAY, "the embedded bus in it to the C reference gateway's", 3)
                .ifPresent(verdicts::add);
        bus(results, Candidate.NATS_BUS_GATEWAY, "a bus on NATS to the Node gateway's", 2.0 / 3)
                .ifPresent(verdicts::add);
        return verdicts;
    }

    /** The worst cell counts. */
    private static Optional<Verdict> bus(Results results, Candidate candidate, String beside, double bound) {
        return results.of(Part.BUS)
                .filter(entry -> entry.candidate() == candidate && entry.has(Figure.CPU_RATIO))
                .max((one, other) -> Double.compare(one.get(Figure.CPU_RATIO), other.get(Figure.CPU_RATIO)))
                .map(worst -> new Verdict(
                        "CPU of the gateway for each message with " + beside + ", worst cell",
                        Figures.ratio(bound),
                        Figures.ratio(worst.get(Figure.CPU_RATIO)) + " (" + worst.cell() + ")",
                        worst.get(Figure.CPU_RATIO) <= bound));
    }

    private static void mesh(Results results, List<Verdict> verdicts) {
        List<Entry> own = results.of(Part.MESH)
                .filter(entry -> entry.candidate() == Candidate.MESH_GATEWAY)
                .toList();
        own.stream()
                .filter(entry -> entry.has(Figure.CPU_RATIO))
                .max((one, other) -> Double.compare(one.get(Figure.CPU_RATIO), other.get(Figure.CPU_RATIO)))
                .ifPresent(worst -> verdicts.add(new Verdict(
                        "CPU of the gateway for each round trip in a mesh to the Node gateway's, worst cell",
                        "1.00",
                        Figures.ratio(worst.get(Figure.CPU_RATIO)) + " (" + worst.cell() + ")",
                        worst.get(Figure.CPU_RATIO) <= 1)));
        own.stream()
                .filter(entry -> entry.has(Figure.CLIENT_RATIO))
                .min((one, other) -> Double.compare(one.get(Figure.CLIENT_RATIO), other.get(Figure.CLIENT_RATIO)))
                .ifPresent(least -> verdicts.add(new Verdict(
                        "round trips each second in a mesh through the gateway to a Java AMQP client's, least cell",
                        "at least 0.70",
                        Figures.ratio(least.get(Figure.CLIENT_RATIO)) + " (" + least.cell() + ")",
                        least.get(Figure.CLIENT_RATIO) >= 0.70)));
    }

    /** With one client it is the time of a round trip that is measured, so throughput is judged from 64 on. */
    private static void gateway(Results results, List<Verdict> verdicts) {
        results.of(Part.GATEWAY)
                .filter(entry -> entry.candidate() == Candidate.GATEWAY && entry.has(Figure.CPU_RATIO))
                .max((one, other) -> Double.compare(one.get(Figure.CPU_RATIO), other.get(Figure.CPU_RATIO)))
                .ifPresent(worst -> verdicts.add(new Verdict(
                        "CPU of the gateway for each message answered inline to the C reference gateway's, worst cell",
                        "3.00",
                        Figures.ratio(worst.get(Figure.CPU_RATIO)) + " (" + worst.cell() + ")",
                        worst.get(Figure.CPU_RATIO) <= 3)));
        gatewayThroughput(results, Candidate.NODE_GATEWAY, "the Node gateway's", 2)
                .ifPresent(verdicts::add);
        gatewayThroughput(results, Candidate.PUSHPIN, "Pushpin's", 10).ifPresent(verdicts::add);
        results.find(Part.GATEWAY_IDLE, Bench.GATEWAY_IDLE, Candidate.GATEWAY)
                .filter(entry -> entry.has(Figure.HEAP_BYTES_PER_PAIR))
                .ifPresent(entry -> {
                    double kib = entry.get(Figure.HEAP_BYTES_PER_PAIR) / KIB;
                    verdicts.add(new Verdict(
                            "Java heap for each idle session of the gateway",
                            "8 KiB",
                            Figures.text(kib) + " KiB",
                            kib <= 8));
                });
    }

    private static Optional<Verdict> gatewayThroughput(Results results, Candidate other, String theirs, int bound) {
        OptionalDouble least = results.of(Part.GATEWAY)
                .filter(entry -> entry.candidate() == Candidate.GATEWAY_CALLBACKS)
                .filter(entry -> Cell.of(entry.cell()).connections() >= 64)
                .flatMap(own -> results
                        .find(Part.GATEWAY, own.cell(), other)
                        .map(entry -> own.get(Figure.MESSAGES_PER_SECOND) / entry.get(Figure.MESSAGES_PER_SECOND))
                        .stream())
                .mapToDouble(Double::doubleValue)
                .min();
        return least.isEmpty()
                ? Optional.empty()
                : Optional.of(new Verdict(
                        "messages each second through the gateway with callbacks to " + theirs
                                + ", 64 and more clients, least cell",
                        "at least " + bound,
                        Figures.text(least.getAsDouble()),
                        least.getAsDouble() >= bound));
    }

    /** The least of the cells counts. */
    private static Optional<Verdict> throughput(Results results, Predicate<Cell> which, String sizes, double bound) {
        OptionalDouble least = results.cells(Part.LOAD).stream()
                .filter(name -> which.test(Cell.of(name)))
                .flatMap(name -> timesNode(results, name).stream())
                .mapToDouble(Double::doubleValue)
                .min();
        if (least.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Verdict(
                "messages each second to the Node relay's, depth 16, " + sizes + ", least cell",
                "at least " + Figures.text(bound).replaceAll("\\.0+$", ""),
                Figures.text(least.getAsDouble()),
                least.getAsDouble() >= bound));
    }

    private static Optional<Double> timesNode(Results results, String cell) {
        return results.find(Part.LOAD, cell, Candidate.FAIRLEAD)
                .flatMap(fairlead -> results.find(Part.LOAD, cell, Candidate.NODE)
                        .map(node -> fairlead.get(Figure.MESSAGES_PER_SECOND) / node.get(Figure.MESSAGES_PER_SECOND)));
    }

    /** Each size at 64 senders has a verdict of its own; of the bodies the worst counts. */
    private static void http(Results results, List<Verdict> verdicts) {
        OptionalDouble worst = OptionalDouble.empty();
        for (Entry entry : results.of(Part.HTTP)
                .filter(entry -> entry.candidate() == Candidate.FAIRLEAD)
                .toList()) {
            if (entry.has(Figure.WEBSOCKET_RATIO)) {
                worst = OptionalDouble.of(Math.max(worst.orElse(0), entry.get(Figure.WEBSOCKET_RATIO)));
            } else if (!entry.cell().equals(HttpCell.WEBSOCKET) && entry.has(Figure.CPU_RATIO)) {
                HttpCell cell = HttpCell.of(entry.cell());
                double ratio = entry.get(Figure.CPU_RATIO);
                if (!cell.isBody() && cell.senders() == 64) {
                    verdicts.add(new Verdict(
                            "CPU for each HTTP request to the Node relay's, " + cell.words(),
                            "0.25",
                            Figures.ratio(ratio),
                            ratio <= 0.25));
                }
            }
        }
        worst.ifPresent(ratio -> verdicts.add(new Verdict(
                "CPU for each GB of long HTTP bodies to the WebSocket path's, worst cell",
                "1.50",
                Figures.ratio(ratio),
                ratio <= 1.50)));
    }

    /** The worst cell of a depth counts. */
    private static Optional<Verdict> sdk(Results results, int depth, double bound) {
        return results.of(Part.SDK)
                .filter(entry -> entry.candidate() == Candidate.SDK_LISTENER && entry.has(Figure.CPU_RATIO))
                .filter(entry -> Cell.of(entry.cell()).depth() == depth)
                .max((one, other) -> Double.compare(one.get(Figure.CPU_RATIO), other.get(Figure.CPU_RATIO)))
                .map(worst -> new Verdict(
                        "CPU of a listener of the SDK for each message to the C listener's, depth " + depth
                                + ", worst cell",
                        Figures.ratio(bound),
                        Figures.ratio(worst.get(Figure.CPU_RATIO)) + " (" + worst.cell() + ")",
                        worst.get(Figure.CPU_RATIO) <= bound));
    }

    /** Messages from 16 KiB on: below, it is messages rather than bytes that cost. */
    private static Optional<Verdict> tls(Results results) {
        OptionalDouble worst = results.of(Part.TLS)
                .filter(entry -> entry.candidate() == Candidate.FAIRLEAD && entry.has(Figure.USER_PER_GB))
                .filter(entry -> Cell.of(entry.cell()).size() >= 16 << 10)
                .mapToDouble(entry -> entry.get(Figure.CPU_RATIO))
                .max();
        return worst.isEmpty()
                ? Optional.empty()
                : Optional.of(new Verdict(
                        "CPU for each GB over TLS to nginx's, messages of 16 and 64 KiB, worst cell",
                        "1.10",
                        Figures.ratio(worst.getAsDouble()),
                        worst.getAsDouble() <= 1.10));
    }
}
