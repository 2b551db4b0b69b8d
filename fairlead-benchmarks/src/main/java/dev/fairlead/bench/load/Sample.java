// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import java.util.EnumMap;
import java.util.Map;

/**
 * What one run of {@code wsload}, {@code httpload} or {@code tcpstream} told.
 *
 * @param figures what follows from it
 * @param cpuPerUnit CPU time for each unit of work, for ratios only
 */
record Sample(Map<Figure, Double> figures, double cpuPerUnit) {

    /** Takes a copy. */
    Sample {
        figures = Map.copyOf(figures);
    }

    /**
     * Reads what {@code wsload echo}, {@code wsload rate}, {@code httpload} or {@code tcpstream send} printed.
     *
     * @param output its standard output, whose last line is a JSON object
     * @throws UnusableRun if it tells of no work done, or of faults
     */
    static Sample of(String output) {
        String line = output.strip();
        line = line.substring(line.lastIndexOf('\n') + 1);
        Object read;
        try {
            read = Json.parse(line);
        } catch (MalformedJson e) {
            throw new UnusableRun("the load generator printed no result", e);
        }
        if (!(read instanceof Map<?, ?> members)) {
            throw new UnusableRun("the load generator printed no result");
        }
        return switch (String.valueOf(members.get("mode"))) {
            case "rate" -> ofRate(members);
            case "http" -> ofHttp(members);
            case "stream" -> ofStream(members);
            default -> ofEcho(members);
        };
    }

    /** {@return the sample of messages there and back with their cost for each byte that was passed on, there or back} */
    Sample perRelayedByte() {
        Map<Figure, Double> more = new EnumMap<>(figures);
        more.put(Figure.USER_PER_RELAYED_GB, figure(Figure.USER_PER_GB) / 2);
        more.put(Figure.SYSTEM_PER_RELAYED_GB, figure(Figure.SYSTEM_PER_GB) / 2);
        return new Sample(more, cpuPerUnit);
    }

    /** {@return the sample with its cost for each relayed byte as a multiple of that of the WebSocket path} */
    Sample besideWebSocket(Sample path) {
        Map<Figure, Double> more = new EnumMap<>(figures);
        more.put(Figure.WEBSOCKET_RATIO, cpuPerRelayedGb() / path.cpuPerRelayedGb());
        return new Sample(more, cpuPerUnit);
    }

    /** {@return the sample of a stream with its speed as a multiple of that of another} */
    Sample besideSocat(Sample socat) {
        Map<Figure, Double> more = new EnumMap<>(figures);
        more.put(
                Figure.SOCAT_RATIO,
                figure(Figure.STREAMED_GB_PER_SECOND) / socat.figure(Figure.STREAMED_GB_PER_SECOND));
        return new Sample(more, cpuPerUnit);
    }

    /** {@return the sample of round trips in a mesh with their rate as a multiple of that of a client without a gateway} */
    Sample besideClient(Sample client) {
        Map<Figure, Double> more = new EnumMap<>(figures);
        more.put(Figure.CLIENT_RATIO, figure(Figure.MESSAGES_PER_SECOND) / client.figure(Figure.MESSAGES_PER_SECOND));
        return new Sample(more, cpuPerUnit);
    }

    private double cpuPerRelayedGb() {
        return figure(Figure.USER_PER_RELAYED_GB) + figure(Figure.SYSTEM_PER_RELAYED_GB);
    }

    private double figure(Figure figure) {
        Double value = figures.get(figure);
        if (value == null) {
            throw new IllegalStateException("figure: " + figure.id() + " (expected: one that the sample has)");
        }
        return value;
    }

    private static Sample ofEcho(Map<?, ?> told) {
        if (number(told, "lost") + number(told, "err") > 0) {
            throw new UnusableRun("lost connections or wrong bytes: " + told);
        }
        double messages = number(told, "msgs");
        if (messages == 0) {
            throw new UnusableRun("no message came back");
        }
        double bytes = messages * number(told, "s");
        Cpu cpu = Cpu.of(told);
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.MESSAGES_PER_SECOND, number(told, "msgs_s"));
        figures.put(Figure.P50_MICROS, number(told, "p50_us"));
        figures.put(Figure.P99_MICROS, number(told, "p99_us"));
        figures.put(Figure.P999_MICROS, number(told, "p999_us"));
        figures.put(Figure.USER_PER_MILLION, cpu.user() / messages * 1e6);
        figures.put(Figure.SYSTEM_PER_MILLION, cpu.system() / messages * 1e6);
        figures.put(Figure.USER_PER_GB, cpu.user() / bytes * 1e9);
        figures.put(Figure.SYSTEM_PER_GB, cpu.system() / bytes * 1e9);
        return new Sample(figures, cpu.all() / messages);
    }

    private static Sample ofHttp(Map<?, ?> told) {
        if (number(told, "lost") + number(told, "err") > 0) {
            throw new UnusableRun("lost connections or wrong responses: " + told);
        }
        double requests = number(told, "requests");
        if (requests == 0) {
            throw new UnusableRun("no request was answered");
        }
        double bytes = number(told, "bytes");
        Cpu cpu = Cpu.of(told);
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.REQUESTS_PER_SECOND, number(told, "requests_s"));
        figures.put(Figure.P50_MICROS, number(told, "p50_us"));
        figures.put(Figure.P99_MICROS, number(told, "p99_us"));
        figures.put(Figure.USER_MICROS_PER_REQUEST, cpu.user() / requests * 1e6);
        figures.put(Figure.SYSTEM_MICROS_PER_REQUEST, cpu.system() / requests * 1e6);
        if (bytes > 0) {
            figures.put(Figure.USER_PER_RELAYED_GB, cpu.user() / bytes * 1e9);
            figures.put(Figure.SYSTEM_PER_RELAYED_GB, cpu.system() / bytes * 1e9);
        }
        return new Sample(figures, cpu.all() / requests);
    }

    private static Sample ofStream(Map<?, ?> told) {
        double bytes = number(told, "bytes");
        if (bytes == 0 || number(told, "came") != bytes) {
            throw new UnusableRun("the stream did not arrive whole: " + told);
        }
        Cpu cpu = Cpu.of(told);
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.STREAMED_GB_PER_SECOND, number(told, "GB_s"));
        figures.put(Figure.USER_PER_STREAMED_GB, cpu.user() / bytes * 1e9);
        figures.put(Figure.SYSTEM_PER_STREAMED_GB, cpu.system() / bytes * 1e9);
        return new Sample(figures, cpu.all() / bytes);
    }

    private static Sample ofRate(Map<?, ?> told) {
        double connections = Math.rint(number(told, "conns_s") * number(told, "secs"));
        if (connections == 0) {
            throw new UnusableRun("no connection was opened");
        }
        if (number(told, "failed") > connections / 100) {
            throw new UnusableRun("more than one of a hundred connections failed: " + told);
        }
        Cpu cpu = Cpu.of(told);
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.CONNECTIONS_PER_SECOND, number(told, "conns_s"));
        figures.put(Figure.P50_MICROS, number(told, "p50_us"));
        figures.put(Figure.P99_MICROS, number(told, "p99_us"));
        figures.put(Figure.USER_MICROS_PER_CONNECTION, cpu.user() / connections * 1e6);
        figures.put(Figure.SYSTEM_MICROS_PER_CONNECTION, cpu.system() / connections * 1e6);
        if (told.containsKey("resumed")) {
            figures.put(Figure.RESUMED_SHARE, Math.min(1, number(told, "resumed") / connections));
        }
        return new Sample(figures, cpu.all() / connections);
    }

    private static double number(Map<?, ?> members, String name) {
        if (members.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw new UnusableRun("the load generator's result lacks " + name + ": " + members);
    }

    /** Seconds of CPU. The kernel counts the whole exactly and its two parts in ticks, so the parts only divide the whole. */
    private record Cpu(double all, double user) {

        static Cpu of(Map<?, ?> told) {
            double all = number(told, "cpu_s");
            double userTicks = number(told, "user_s");
            double ticks = userTicks + number(told, "sys_s");
            return new Cpu(all, ticks == 0 ? 0 : all * userTicks / ticks);
        }

        double system() {
            return all - user;
        }
    }
}
