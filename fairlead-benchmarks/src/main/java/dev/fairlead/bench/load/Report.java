// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of a run, for a terminal and for the document. */
final class Report {

    private static final String NOTHING = "";
    private static final String EVERYTHING = "Every figure of the load cells";

    private final Results results;
    private final Map<String, Table> tables = new LinkedHashMap<>();

    private Report(Results results) {
        this.results = results;
    }

    /** {@return the tables that can be made from these results} */
    static Report of(Results results) {
        Report report = new Report(results);
        report.targets();
        report.ratios();
        report.timesNode();
        report.connect();
        report.idle();
        report.tls();
        report.httpRequests();
        report.httpBodies();
        report.sdk();
        report.sdkHeap();
        report.forward();
        report.gateway();
        report.gatewayIdle();
        report.mesh();
        report.bus();
        report.everything();
        return report;
    }

    /** {@return all for a terminal} */
    String terminal() {
        StringBuilder text = new StringBuilder();
        tables.forEach(
                (title, table) -> text.append('\n').append(title).append("\n\n").append(table.terminal()));
        results.leftOut().forEach(sentence -> text.append("\nleft out: ").append(sentence));
        return text.append('\n').toString();
    }

    /** {@return all but the long list for the document, in Markdown; the long list folded away} */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("The run: ")
                .append(results.about().entrySet().stream()
                        .map(fact -> fact.getKey() + " " + fact.getValue())
                        .collect(Collectors.joining(", ")))
                .append(".\n");
        tables.forEach((title, table) -> {
            if (title.equals(EVERYTHING)) {
                text.append("\n<details>\n<summary>").append(title).append("</summary>\n\n");
                text.append(table.markdown()).append("\n</details>\n");
            } else {
                text.append("\n### ").append(title).append("\n\n").append(table.markdown());
            }
        });
        if (!results.leftOut().isEmpty()) {
            text.append("\nLeft out:\n\n");
            results.leftOut()
                    .forEach(sentence -> text.append("- ").append(sentence).append('\n'));
        }
        return text.toString();
    }

    private void targets() {
        List<Targets.Verdict> verdicts = Targets.judge(results);
        if (verdicts.isEmpty()) {
            return;
        }
        Table table = new Table(List.of("target", "at most (aim)", "found", "met"));
        verdicts.forEach(verdict ->
                table.row(List.of(verdict.what(), verdict.bound(), verdict.found(), verdict.met() ? "yes" : "no")));
        tables.put("Targets", table);
    }

    private void ratios() {
        List<Candidate> columns =
                measured(Part.LOAD).filter(each -> each != Candidate.CRELAY).toList();
        if (columns.isEmpty()) {
            return;
        }
        Table table = new Table(head("CPU for each message, times the C reference's", columns));
        for (String name : results.cells(Part.LOAD)) {
            table.row(row(
                    words(Cell.of(name)),
                    columns,
                    candidate -> figure(name, candidate, Figure.CPU_RATIO).map(Figures::ratio)));
        }
        table.row(row(
                "geometric mean",
                columns,
                candidate -> some(results.ratios(candidate, _ -> true))
                        .map(Statistics::geometricMean)
                        .map(Figures::ratio)));
        table.row(row(
                "worst cell",
                columns,
                candidate -> results.ratios(candidate, _ -> true).stream()
                        .max(Double::compare)
                        .map(Figures::ratio)));
        tables.put("CPU for each message", table);
    }

    private static <T> Optional<List<T>> some(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list);
    }

    private void timesNode() {
        List<Candidate> columns =
                measured(Part.LOAD).filter(each -> each != Candidate.NODE).toList();
        if (results.of(Part.LOAD).noneMatch(entry -> entry.candidate() == Candidate.NODE)) {
            return;
        }
        Table table = new Table(head("messages each second, times the Node relay's", columns));
        for (String name : results.cells(Part.LOAD)) {
            Optional<Double> node = figure(name, Candidate.NODE, Figure.MESSAGES_PER_SECOND);
            table.row(row(
                    words(Cell.of(name)),
                    columns,
                    candidate -> figure(name, candidate, Figure.MESSAGES_PER_SECOND)
                            .flatMap(messages -> node.map(nodes -> Figures.text(messages / nodes)))));
        }
        tables.put("Throughput", table);
    }

    private void connect() {
        List<Candidate> rows = measured(Part.CONNECT).toList();
        if (rows.isEmpty()) {
            return;
        }
        Table table = new Table(List.of("connect and close", "CPU", "user", "system", "times the C reference's"));
        for (Candidate candidate : rows) {
            results.find(Part.CONNECT, Bench.CONNECT, candidate)
                    .ifPresent(entry -> table.row(
                            connection(candidate.title() + (candidate.isRelay() ? ", with a rendezvous" : ""), entry)));
        }
        tables.put("CPU for each connection", table);
    }

    private static List<String> connection(String title, Entry entry) {
        double user = entry.get(Figure.USER_MICROS_PER_CONNECTION);
        double system = entry.get(Figure.SYSTEM_MICROS_PER_CONNECTION);
        return List.of(
                title,
                Figures.micros(user + system),
                Figures.micros(user),
                Figures.micros(system),
                ratio(entry, Figure.CPU_RATIO));
    }

    private void idle() {
        List<Entry> entries = results.of(Part.IDLE).toList();
        if (entries.isEmpty()) {
            return;
        }
        Table table = new Table(List.of("idle pairs", "pairs", "resident bytes for each", "of these Java heap"));
        for (Entry entry : entries) {
            table.row(List.of(
                    entry.candidate().title(),
                    whole(entry.get(Figure.PAIRS)),
                    whole(entry.get(Figure.RESIDENT_BYTES_PER_PAIR)),
                    entry.has(Figure.HEAP_BYTES_PER_PAIR) ? whole(entry.get(Figure.HEAP_BYTES_PER_PAIR)) : NOTHING));
        }
        tables.put("Memory for each idle pair", table);
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private void tls() {
        if (results.cells(Part.TLS).isEmpty()) {
            return;
        }
        Table bytes = new Table(List.of("over TLS", "s of CPU for each GB", "user", "system", "times nginx's"));
        Table connections = new Table(List.of("over TLS", "CPU", "user", "system", "times nginx's"));
        boolean some = false;
        for (Entry entry : results.of(Part.TLS).toList()) {
            if (entry.has(Figure.USER_PER_GB)) {
                double user = entry.get(Figure.USER_PER_GB);
                double system = entry.get(Figure.SYSTEM_PER_GB);
                bytes.row(List.of(
                        words(Cell.of(entry.cell())) + ", " + entry.candidate().title(),
                        Figures.text(user + system),
                        Figures.text(user),
                        Figures.text(system),
                        ratio(entry, Figure.CPU_RATIO)));
            } else {
                some = true;
                boolean resumed = entry.cell().equals(Bench.TLS_RESUMED);
                connections.row(connection(
                        (resumed
                                        ? "resumed connection (" + Math.round(100 * entry.get(Figure.RESUMED_SHARE))
                                                + " % were)"
                                        : "new connection")
                                + ", " + entry.candidate().title(),
                        entry));
                withoutTls(entry)
                        .ifPresent(alone -> connections.row(List.of(
                                (resumed ? "resumed" : "new") + ", what TLS adds, "
                                        + entry.candidate().title(),
                                Figures.micros(alone),
                                NOTHING,
                                NOTHING,
                                NOTHING)));
            }
        }
        tables.put("TLS: CPU for each GB", bytes);
        if (some) {
            tables.put("TLS: CPU for each connection", connections);
        }
    }

    /** {@return what a connection over TLS costs more than a plain one, in microseconds} */
    private Optional<Double> withoutTls(Entry tls) {
        return results.find(Part.CONNECT, Bench.CONNECT, tls.candidate())
                .map(plain -> cpuOfConnection(tls) - cpuOfConnection(plain));
    }

    private static double cpuOfConnection(Entry entry) {
        return entry.get(Figure.USER_MICROS_PER_CONNECTION) + entry.get(Figure.SYSTEM_MICROS_PER_CONNECTION);
    }

    private void httpRequests() {
        Table table = new Table(List.of(
                "over HTTP", "requests/s", "p50", "p99", "CPU for each", "user", "system", "times the Node relay's"));
        boolean some = false;
        for (Entry entry : results.of(Part.HTTP).toList()) {
            if (entry.cell().equals(HttpCell.WEBSOCKET)
                    || HttpCell.of(entry.cell()).isBody()) {
                continue;
            }
            some = true;
            double user = entry.get(Figure.USER_MICROS_PER_REQUEST);
            double system = entry.get(Figure.SYSTEM_MICROS_PER_REQUEST);
            table.row(List.of(
                    HttpCell.of(entry.cell()).words() + ", " + entry.candidate().title(),
                    whole(entry.get(Figure.REQUESTS_PER_SECOND)),
                    Figures.micros(entry.get(Figure.P50_MICROS)),
                    Figures.micros(entry.get(Figure.P99_MICROS)),
                    Figures.micros(user + system),
                    Figures.micros(user),
                    Figures.micros(system),
                    ratio(entry, Figure.CPU_RATIO)));
        }
        if (some) {
            tables.put("HTTP: requests", table);
        }
    }

    private void httpBodies() {
        Table table = new Table(List.of(
                "over HTTP",
                "GB for each s of CPU",
                "s of CPU for each GB",
                "user",
                "system",
                "times its WebSocket path's",
                "times the Node relay's"));
        boolean some = false;
        for (Entry entry : results.of(Part.HTTP).toList()) {
            boolean webSocket = entry.cell().equals(HttpCell.WEBSOCKET);
            if (!webSocket && !HttpCell.of(entry.cell()).isBody()) {
                continue;
            }
            some = true;
            double user = entry.get(Figure.USER_PER_RELAYED_GB);
            double system = entry.get(Figure.SYSTEM_PER_RELAYED_GB);
            String what = webSocket
                    ? "WebSocket messages of " + HttpCell.WEBSOCKET_CELL.sizeText()
                    : HttpCell.of(entry.cell()).words();
            table.row(List.of(
                    what + ", " + entry.candidate().title(),
                    Figures.text(1 / (user + system)),
                    Figures.text(user + system),
                    Figures.text(user),
                    Figures.text(system),
                    ratio(entry, Figure.WEBSOCKET_RATIO),
                    ratio(entry, Figure.CPU_RATIO)));
        }
        if (some) {
            tables.put("HTTP: long bodies", table);
        }
    }

    private void sdk() {
        rates(
                Part.SDK,
                "The SDK: messages that a listener echoes",
                List.of("listener behind Fairlead", "messages/s"),
                List.of("times the C listener's"),
                Report::words,
                entry -> List.of(ratio(entry, Figure.CPU_RATIO)));
    }

    /**
     * A table of how many there are each second, how long one takes, and what it costs.
     *
     * @param ahead the titles of the first two columns
     * @param compared the titles of the last ones
     * @param ratios what stands in these
     */
    private void rates(
            Part part,
            String title,
            List<String> ahead,
            List<String> compared,
            Function<Cell, String> words,
            Function<Entry, List<String>> ratios) {
        if (results.cells(part).isEmpty()) {
            return;
        }
        List<String> columns = new ArrayList<>(ahead);
        columns.addAll(List.of("p50", "p99", "CPU for each", "user", "system"));
        columns.addAll(compared);
        Table table = new Table(columns);
        for (Entry entry : results.of(part).toList()) {
            double user = entry.get(Figure.USER_PER_MILLION);
            double system = entry.get(Figure.SYSTEM_PER_MILLION);
            List<String> row = new ArrayList<>(List.of(
                    words.apply(Cell.of(entry.cell())) + ", "
                            + entry.candidate().title(),
                    whole(entry.get(Figure.MESSAGES_PER_SECOND)),
                    Figures.micros(entry.get(Figure.P50_MICROS)),
                    Figures.micros(entry.get(Figure.P99_MICROS)),
                    Figures.micros(user + system),
                    Figures.micros(user),
                    Figures.micros(system)));
            row.addAll(ratios.apply(entry));
            table.row(row);
        }
        tables.put(title, table);
    }

    private void sdkHeap() {
        results.find(Part.SDK_HEAP, Bench.SDK_HEAP, Candidate.SDK_LISTENER).ifPresent(entry -> {
            Table table = new Table(List.of(
                    "idle connections of one listener", "connections", "resident for each", "Java heap for each"));
            table.row(List.of(
                    entry.candidate().title(),
                    whole(entry.get(Figure.PAIRS)),
                    kib(entry.get(Figure.RESIDENT_BYTES_PER_PAIR)),
                    kib(entry.get(Figure.HEAP_BYTES_PER_PAIR))));
            tables.put("The SDK: memory for each idle connection", table);
        });
    }

    private static String kib(double bytes) {
        return Figures.text(bytes / 1_024) + " KiB";
    }

    private void forward() {
        if (results.cells(Part.FORWARD).isEmpty()) {
            return;
        }
        Table table = new Table(List.of(
                "one TCP stream through", "GB/s", "s of CPU for each GB", "user", "system", "speed, times socat's"));
        for (Entry entry : results.of(Part.FORWARD).toList()) {
            double user = entry.get(Figure.USER_PER_STREAMED_GB);
            double system = entry.get(Figure.SYSTEM_PER_STREAMED_GB);
            table.row(List.of(
                    entry.candidate().title(),
                    Figures.text(entry.get(Figure.STREAMED_GB_PER_SECOND)),
                    Figures.text(user + system),
                    Figures.text(user),
                    Figures.text(system),
                    ratio(entry, Figure.SOCAT_RATIO)));
        }
        tables.put("TCP forward", table);
    }

    private void gateway() {
        rates(
                Part.GATEWAY,
                "The gateway: messages that a backend answers",
                List.of("gateway in front of one backend", "messages/s"),
                List.of("times the C reference's"),
                Report::clients,
                entry -> List.of(ratio(entry, Figure.CPU_RATIO)));
    }

    private static String clients(Cell cell) {
        return cell.sizeText() + ", " + whole(cell.connections()) + (cell.connections() == 1 ? " client" : " clients");
    }

    private void gatewayIdle() {
        List<Entry> entries = results.of(Part.GATEWAY_IDLE).toList();
        if (entries.isEmpty()) {
            return;
        }
        Table table =
                new Table(List.of("idle sessions of a gateway", "sessions", "resident for each", "Java heap for each"));
        for (Entry entry : entries) {
            table.row(List.of(
                    entry.candidate() == Candidate.GATEWAY
                            ? Candidate.FAIRLEAD.title()
                            : entry.candidate().title(),
                    whole(entry.get(Figure.PAIRS)),
                    kib(entry.get(Figure.RESIDENT_BYTES_PER_PAIR)),
                    entry.has(Figure.HEAP_BYTES_PER_PAIR) ? kib(entry.get(Figure.HEAP_BYTES_PER_PAIR)) : NOTHING));
        }
        tables.put("The gateway: memory for each idle session", table);
    }

    private void mesh() {
        rates(
                Part.MESH,
                "The mesh: requests that a service answers over RabbitMQ",
                List.of("in front of one mesh", "round trips/s"),
                List.of("CPU, times the Node gateway's", "rate, times the Java client's"),
                Report::clients,
                entry -> List.of(ratio(entry, Figure.CPU_RATIO), ratio(entry, Figure.CLIENT_RATIO)));
    }

    private void bus() {
        rates(
                Part.BUS,
                "The message bus: messages that a service answers",
                List.of("in front of one service on a bus", "messages/s"),
                List.of("times the C reference gateway's", "times the Node gateway's"),
                Report::clients,
                entry -> Bench.COMPARED_IN_C.contains(entry.candidate())
                        ? List.of(ratio(entry, Figure.CPU_RATIO), NOTHING)
                        : List.of(NOTHING, ratio(entry, Figure.CPU_RATIO)));
    }

    private static String ratio(Entry entry, Figure figure) {
        return entry.has(figure) ? Figures.ratio(entry.get(figure)) : NOTHING;
    }

    private void everything() {
        List<Entry> entries = results.of(Part.LOAD).toList();
        if (entries.isEmpty()) {
            return;
        }
        Table table = new Table(List.of(
                "cell",
                "candidate",
                "messages/s",
                "p50",
                "p99",
                "p99.9",
                "user s/M",
                "system s/M",
                "user s/GB",
                "system s/GB",
                "CPU ratio"));
        for (Entry entry : entries) {
            table.row(List.of(
                    entry.cell(),
                    entry.candidate().id(),
                    whole(entry.get(Figure.MESSAGES_PER_SECOND)),
                    Figures.micros(entry.get(Figure.P50_MICROS)),
                    Figures.micros(entry.get(Figure.P99_MICROS)),
                    Figures.micros(entry.get(Figure.P999_MICROS)),
                    Figures.text(entry.get(Figure.USER_PER_MILLION)),
                    Figures.text(entry.get(Figure.SYSTEM_PER_MILLION)),
                    Figures.text(entry.get(Figure.USER_PER_GB)),
                    Figures.text(entry.get(Figure.SYSTEM_PER_GB)),
                    ratio(entry, Figure.CPU_RATIO)));
        }
        tables.put(EVERYTHING, table);
    }

    private Stream<Candidate> measured(Part part) {
        return results.of(part).map(Entry::candidate).distinct().sorted();
    }

    private Optional<Double> figure(String cell, Candidate candidate, Figure figure) {
        return results.find(Part.LOAD, cell, candidate)
                .filter(entry -> entry.has(figure))
                .map(entry -> entry.get(figure));
    }

    private static List<String> head(String first, List<Candidate> columns) {
        List<String> head = new ArrayList<>(List.of(first));
        columns.forEach(candidate -> head.add(candidate.title()));
        return head;
    }

    private static List<String> row(
            String first, List<Candidate> columns, Function<Candidate, Optional<String>> content) {
        List<String> row = new ArrayList<>(List.of(first));
        columns.forEach(candidate -> row.add(content.apply(candidate).orElse(NOTHING)));
        return row;
    }

    private static String words(Cell cell) {
        return cell.sizeText() + ", " + whole(cell.connections())
                + (cell.connections() == 1 ? " connection" : " connections") + ", depth " + cell.depth();
    }
}
