// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The pages that show what was measured: {@code docs/performance.md}, of which the part between two comments is made from results,
 * and the chart.
 *
 * @param page the page
 * @param chart the chart
 * @param results the results that both are made from, kept beside them
 */
record Documents(Path page, Path chart, Path results) {

    private static final String BEGIN = "<!-- measured: made by ./bench --document -->";
    private static final String END = "<!-- measured: end -->";

    /** {@return the documents of a checkout} */
    static Documents of(Path root) {
        return new Documents(
                root.resolve("docs/performance.md"),
                root.resolve("docs/performance.svg"),
                root.resolve("fairlead-benchmarks/results.json"));
    }

    /**
     * Makes the measured part and the chart anew, and keeps the results.
     *
     * @throws IllegalArgumentException if the page has no such part, or the results show nothing of it
     */
    void renew(Results measured) throws IOException {
        String text = withMeasured(Files.readString(page), measured);
        String drawn = Chart.of(measured);
        Files.writeString(page, text);
        Files.writeString(chart, drawn);
        Files.writeString(results, measured.write());
    }

    /** {@return a page with what was measured between its two comments, and all else as it was} */
    static String withMeasured(String text, Results measured) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(
                    "page: no place for what was measured (expected: the lines \"" + BEGIN + "\" and \"" + END + "\")");
        }
        return text.substring(0, begin + BEGIN.length()) + "\n\n"
                + Report.of(measured).markdown() + "\n" + text.substring(end);
    }
}
