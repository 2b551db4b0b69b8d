// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text under a head, the first column to the left and the others to the right. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    /** Begins with the head. */
    Table(List<String> head) {
        rows.add(List.copyOf(head));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it has more or fewer cells than the head
     */
    void row(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "cells: " + cells.size() + " (expected: " + rows.getFirst().size() + ")");
        }
        rows.add(List.copyOf(cells));
    }

    /** {@return the table in Markdown} */
    String markdown() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            lines.add(row.stream().collect(Collectors.joining(" | ", "| ", " |")));
            if (lines.size() == 1) {
                lines.add(IntStream.range(0, row.size())
                        .mapToObj(column -> column == 0 ? "---" : "--:")
                        .collect(Collectors.joining(" | ", "| ", " |")));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** {@return the table for a terminal} */
    String terminal() {
        int[] widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream()
                .map(row -> IntStream.range(0, row.size())
                        .mapToObj(column -> padded(row.get(column), widths[column], column == 0))
                        .collect(Collectors.joining("  "))
                        .stripTrailing())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String padded(String text, int width, boolean left) {
        String blanks = " ".repeat(width - text.length());
        return left ? text + blanks : blanks + text;
    }
}
