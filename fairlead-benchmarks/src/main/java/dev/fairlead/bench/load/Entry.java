// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one candidate did in one cell of a part.
 *
 * @param cell the name of the cell; unique within its part
 * @param rounds how many rounds count
 * @param figures the medians of these
 */
record Entry(Part part, String cell, Candidate candidate, int rounds, Map<Figure, Double> figures) {

    /** Takes a copy. */
    Entry {
        figures = Map.copyOf(figures);
    }

    /** {@return whether it has a figure} */
    boolean has(Figure figure) {
        return figures.containsKey(figure);
    }

    /**
     * {@return a figure}
     *
     * @throws IllegalArgumentException if it was not measured here
     */
    double get(Figure figure) {
        Double value = figures.get(figure);
        if (value == null) {
            throw new IllegalArgumentException(
                    "figure: " + figure.id() + " (expected: one that " + part.id() + " has)");
        }
        return value;
    }

    /** {@return the members that {@link #of} reads, each number with four significant digits} */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("part", part.id());
        members.put("cell", cell);
        members.put("candidate", candidate.id());
        members.put("rounds", rounds);
        new EnumMap<>(figures).forEach((figure, value) -> members.put(figure.id(), Figures.rounded(value, 4)));
        return members;
    }

    /**
     * {@return the entry of these members}
     *
     * @throws IllegalArgumentException if they are none
     */
    static Entry of(Map<?, ?> members) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        members.forEach((name, value) -> {
            if (value instanceof Number number && !"rounds".equals(name)) {
                figures.put(Figure.of(String.valueOf(name)), number.doubleValue());
            }
        });
        return new Entry(
                Part.of(text(members, "part")),
                text(members, "cell"),
                Candidate.of(text(members, "candidate")),
                members.get("rounds") instanceof Number number ? number.intValue() : 0,
                figures);
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("member " + name + ": missing (expected: a text)");
    }
}
