// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The samples of several rounds of one part, until they are drawn together. Each figure is the median of the rounds; the CPU
 * ratio is taken within each round first, between candidates that ran one after the other.
 */
final class Rounds {

    private final Part part;
    private final Candidate yardstick;
    private final Map<String, Map<Candidate, Map<Integer, Sample>>> samples = new LinkedHashMap<>();

    /**
     * Begins without samples.
     *
     * @param yardstick the candidate that the others are compared with
     */
    Rounds(Part part, Candidate yardstick) {
        this.part = part;
        this.yardstick = yardstick;
    }

    /** Adds what a candidate did in a round. */
    void add(String cell, Candidate candidate, int round, Sample sample) {
        samples.computeIfAbsent(cell, _ -> new EnumMap<>(Candidate.class))
                .computeIfAbsent(candidate, _ -> new LinkedHashMap<>())
                .put(round, sample);
    }

    /** {@return an entry for each cell and candidate, in the order in which they first ran} */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        samples.forEach((cell, byCandidate) -> byCandidate.forEach((candidate, rounds) -> {
            Map<Figure, Double> figures = medians(rounds);
            List<Double> ratios = ratios(rounds, byCandidate.getOrDefault(yardstick, Map.of()));
            if (!ratios.isEmpty()) {
                figures.put(Figure.CPU_RATIO, Statistics.median(ratios));
            }
            entries.add(new Entry(part, cell, candidate, rounds.size(), figures));
        }));
        return entries;
    }

    private static Map<Figure, Double> medians(Map<Integer, Sample> rounds) {
        Map<Figure, List<Double>> values = new EnumMap<>(Figure.class);
        rounds.values()
                .forEach(sample -> sample.figures()
                        .forEach((figure, value) -> values.computeIfAbsent(figure, _ -> new ArrayList<>())
                                .add(value)));
        Map<Figure, Double> medians = new EnumMap<>(Figure.class);
        values.forEach((figure, all) -> medians.put(figure, Statistics.median(all)));
        return medians;
    }

    private static List<Double> ratios(Map<Integer, Sample> rounds, Map<Integer, Sample> yardstick) {
        List<Double> ratios = new ArrayList<>();
        rounds.forEach((round, sample) -> {
            Sample one = yardstick.get(round);
            if (one != null && one.cpuPerUnit() > 0 && sample.cpuPerUnit() > 0) {
                ratios.add(sample.cpuPerUnit() / one.cpuPerUnit());
            }
        });
        return ratios;
    }
}
