// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Results as a run would give them, with round numbers. */
final class SampleResults {

    private final List<Entry> entries = new ArrayList<>();

    /** Adds a load cell in which a candidate needs so many times the reference's CPU. */
    SampleResults load(String cell, Candidate candidate, double ratio, double messages) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.CPU_RATIO, ratio);
        figures.put(Figure.MESSAGES_PER_SECOND, messages);
        for (Figure figure : List.of(
                Figure.P50_MICROS,
                Figure.P99_MICROS,
                Figure.P999_MICROS,
                Figure.USER_PER_MILLION,
                Figure.SYSTEM_PER_MILLION,
                Figure.USER_PER_GB,
                Figure.SYSTEM_PER_GB)) {
            figures.put(figure, 12.34567);
        }
        entries.add(new Entry(Part.LOAD, cell, candidate, 3, figures));
        return this;
    }

    /** Adds what a connection costs a candidate, half of it in the kernel. */
    SampleResults connect(Part part, String cell, Candidate candidate, double micros, double ratio) {
        entries.add(new Entry(
                part,
                cell,
                candidate,
                3,
                Map.of(
                        Figure.CPU_RATIO,
                        ratio,
                        Figure.USER_MICROS_PER_CONNECTION,
                        micros / 2,
                        Figure.SYSTEM_MICROS_PER_CONNECTION,
                        micros / 2,
                        Figure.RESUMED_SHARE,
                        1.0)));
        return this;
    }

    /** Adds what a cell over TLS costs a candidate. */
    SampleResults tls(String cell, Candidate candidate, double ratio) {
        entries.add(new Entry(
                Part.TLS,
                cell,
                candidate,
                3,
                Map.of(Figure.CPU_RATIO, ratio, Figure.USER_PER_GB, ratio, Figure.SYSTEM_PER_GB, 1.0)));
        return this;
    }

    /** Adds what an HTTP request costs a candidate, in microseconds, and that as a multiple of the Node relay's. */
    SampleResults http(String cell, Candidate candidate, double micros, double ratio) {
        entries.add(new Entry(
                Part.HTTP,
                cell,
                candidate,
                3,
                Map.of(
                        Figure.CPU_RATIO,
                        ratio,
                        Figure.REQUESTS_PER_SECOND,
                        20_000.0,
                        Figure.P50_MICROS,
                        100.0,
                        Figure.P99_MICROS,
                        1_500.0,
                        Figure.USER_MICROS_PER_REQUEST,
                        micros / 2,
                        Figure.SYSTEM_MICROS_PER_REQUEST,
                        micros / 2)));
        return this;
    }

    /** Adds what 10^9 relayed bytes cost a candidate, of a body so many times what they cost on its WebSocket path. */
    SampleResults relayed(String cell, Candidate candidate, double seconds, double webSocketRatio) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.CPU_RATIO, 0.5);
        figures.put(Figure.USER_PER_RELAYED_GB, seconds / 4);
        figures.put(Figure.SYSTEM_PER_RELAYED_GB, seconds * 3 / 4);
        if (!cell.equals(HttpCell.WEBSOCKET)) {
            figures.put(Figure.WEBSOCKET_RATIO, webSocketRatio);
        }
        entries.add(new Entry(Part.HTTP, cell, candidate, 3, figures));
        return this;
    }

    /** Adds what a listener needs for a message, in microseconds, and that as a multiple of what the C listener needs. */
    SampleResults sdk(String cell, Candidate candidate, double micros, double ratio) {
        entries.add(new Entry(
                Part.SDK,
                cell,
                candidate,
                3,
                Map.of(
                        Figure.CPU_RATIO,
                        ratio,
                        Figure.MESSAGES_PER_SECOND,
                        50_000.0,
                        Figure.P50_MICROS,
                        100.0,
                        Figure.P99_MICROS,
                        1_500.0,
                        Figure.USER_PER_MILLION,
                        micros / 2,
                        Figure.SYSTEM_PER_MILLION,
                        micros / 2)));
        return this;
    }

    /** Adds what a gateway needs for a message as a multiple of what the one in C needs, and how many messages pass. */
    SampleResults gateway(String cell, Candidate candidate, double ratio, double messages) {
        entries.add(new Entry(
                Part.GATEWAY,
                cell,
                candidate,
                3,
                Map.of(
                        Figure.CPU_RATIO,
                        ratio,
                        Figure.MESSAGES_PER_SECOND,
                        messages,
                        Figure.P50_MICROS,
                        100.0,
                        Figure.P99_MICROS,
                        1_500.0,
                        Figure.USER_PER_MILLION,
                        ratio * 3,
                        Figure.SYSTEM_PER_MILLION,
                        ratio * 9)));
        return this;
    }

    /**
     * Adds what one who asks in a mesh needs for a round trip as a multiple of what the Node gateway needs, and how many pass as a
     * multiple of those of a client without a gateway.
     */
    SampleResults mesh(String cell, Candidate candidate, double ratio, double rate) {
        entries.add(new Entry(
                Part.MESH,
                cell,
                candidate,
                3,
                Map.of(
                        Figure.CPU_RATIO,
                        ratio,
                        Figure.CLIENT_RATIO,
                        rate,
                        Figure.MESSAGES_PER_SECOND,
                        rate * 10_000,
                        Figure.P50_MICROS,
                        500.0,
                        Figure.P99_MICROS,
                        2_500.0,
                        Figure.USER_PER_MILLION,
                        ratio * 60,
                        Figure.SYSTEM_PER_MILLION,
                        ratio * 20)));
        return this;
    }

    /** Adds what a gateway before a message bus needs for a message as a multiple of what its yardstick needs. */
    SampleResults bus(String cell, Candidate candidate, double ratio) {
        entries.add(new Entry(
                Part.BUS,
                cell,
                candidate,
                3,
                Map.of(
                        Figure.CPU_RATIO,
                        ratio,
                        Figure.MESSAGES_PER_SECOND,
                        20_000.0,
                        Figure.P50_MICROS,
                        500.0,
                        Figure.P99_MICROS,
                        2_500.0,
                        Figure.USER_PER_MILLION,
                        ratio * 15,
                        Figure.SYSTEM_PER_MILLION,
                        ratio * 5)));
        return this;
    }

    /** Adds what an idle session holds of Fairlead's memory, half of it on the heap. */
    SampleResults gatewayIdle(double bytes) {
        entries.add(new Entry(
                Part.GATEWAY_IDLE,
                Bench.GATEWAY_IDLE,
                Candidate.GATEWAY,
                1,
                Map.of(
                        Figure.PAIRS,
                        9_000.0,
                        Figure.RESIDENT_BYTES_PER_PAIR,
                        bytes,
                        Figure.HEAP_BYTES_PER_PAIR,
                        bytes / 2)));
        return this;
    }

    /** Adds what an idle connection of the SDK holds, all of it on the heap. */
    SampleResults sdkHeap(double bytes) {
        entries.add(new Entry(
                Part.SDK_HEAP,
                Bench.SDK_HEAP,
                Candidate.SDK_LISTENER,
                1,
                Map.of(
                        Figure.PAIRS,
                        9_000.0,
                        Figure.RESIDENT_BYTES_PER_PAIR,
                        bytes,
                        Figure.HEAP_BYTES_PER_PAIR,
                        bytes)));
        return this;
    }

    /** Adds how fast a TCP stream was, in 10^9 bytes each second, and that as a multiple of socat's speed. */
    SampleResults forward(Candidate candidate, double speed, double socatRatio) {
        entries.add(new Entry(
                Part.FORWARD,
                Bench.FORWARD,
                candidate,
                3,
                Map.of(
                        Figure.SOCAT_RATIO,
                        socatRatio,
                        Figure.STREAMED_GB_PER_SECOND,
                        speed,
                        Figure.USER_PER_STREAMED_GB,
                        0.5,
                        Figure.SYSTEM_PER_STREAMED_GB,
                        1.0)));
        return this;
    }

    /** Adds what an idle pair costs a candidate. */
    SampleResults idle(Candidate candidate, double bytes) {
        entries.add(new Entry(
                Part.IDLE,
                Bench.IDLE,
                candidate,
                1,
                Map.of(Figure.PAIRS, 9_000.0, Figure.RESIDENT_BYTES_PER_PAIR, bytes)));
        return this;
    }

    /** {@return the results, with a sentence on what was left out} */
    Results results() {
        return new Results(Map.of("plan", "full"), List.of("1MiBx1000x16: too much"), entries);
    }
}
