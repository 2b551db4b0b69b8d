// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that a run found, and the only thing that tables and chart are made from.
 *
 * @param about what was measured with what, by name: versions, number of processors, how long a run lasted
 * @param leftOut what was not measured, and why; sentences
 */
record Results(Map<String, String> about, List<String> leftOut, List<Entry> entries) {

    /** Takes copies. */
    Results {
        about = new LinkedHashMap<>(about);
        leftOut = List.copyOf(leftOut);
        entries = List.copyOf(entries);
    }

    /** {@return the entries of a part, in order} */
    Stream<Entry> of(Part part) {
        return entries.stream().filter(entry -> entry.part() == part);
    }

    /** {@return the names of a part's cells, in order} */
    List<String> cells(Part part) {
        return of(part).map(Entry::cell).distinct().toList();
    }

    /** {@return an entry, if it was measured} */
    Optional<Entry> find(Part part, String cell, Candidate candidate) {
        return of(part).filter(entry -> entry.cell().equals(cell) && entry.candidate() == candidate)
                .findFirst();
    }

    /** {@return a candidate's ratios of CPU to the reference's, of the load cells that were measured} */
    List<Double> ratios(Candidate candidate, Predicate<Cell> which) {
        return of(Part.LOAD)
                .filter(entry -> entry.candidate() == candidate && entry.has(Figure.CPU_RATIO))
                .filter(entry -> which.test(Cell.of(entry.cell())))
                .map(entry -> entry.get(Figure.CPU_RATIO))
                .toList();
    }

    /** {@return the text that {@link #read} reads: JSON, a line for each entry} */
    String write() {
        return "{\n\"about\": "
                + Json.write(about)
                + ",\n\"leftOut\": "
                + Json.write(leftOut)
                + ",\n\"entries\": [\n"
                + entries.stream().map(entry -> Json.write(entry.members())).collect(Collectors.joining(",\n"))
                + "\n]}\n";
    }

    /**
     * {@return the results that a text holds}
     *
     * @throws IllegalArgumentException if it holds none
     */
    static Results read(String text) {
        Object read;
        try {
            read = Json.parse(text);
        } catch (MalformedJson e) {
            throw new IllegalArgumentException("results: not JSON, " + e.getMessage(), e);
        }
        if (!(read instanceof Map<?, ?> members
                && members.get("about") instanceof Map<?, ?> about
                && members.get("leftOut") instanceof List<?> leftOut
                && members.get("entries") instanceof List<?> list)) {
            throw new IllegalArgumentException(
                    "results: " + text.lines().findFirst().orElse("nothing")
                            + " (expected: an object with about, leftOut and entries)");
        }
        Map<String, String> facts = new LinkedHashMap<>();
        about.forEach((name, value) -> facts.put(String.valueOf(name), String.valueOf(value)));
        List<Entry> entries = new ArrayList<>();
        for (Object entry : list) {
            if (!(entry instanceof Map<?, ?> one)) {
                throw new IllegalArgumentException("entry: " + entry + " (expected: an object)");
            }
            entries.add(Entry.of(one));
        }
        return new Results(facts, leftOut.stream().map(String::valueOf).toList(), entries);
    }
}
