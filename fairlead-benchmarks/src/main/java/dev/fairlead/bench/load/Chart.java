// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The chart of the README: CPU for each message as a multiple of the C reference's, a bar for each candidate and depth. It is
 * an SVG that takes the colours of the reader's light or dark mode.
 */
final class Chart {

    private static final List<Candidate> BARS =
            List.of(Candidate.FAIRLEAD, Candidate.NGINX, Candidate.HAPROXY, Candidate.NODE);
    private static final int WIDTH = 720;
    private static final int LEFT = 150;
    private static final int RIGHT = 60;
    private static final int TOP = 64;
    private static final int BAR = 20;
    private static final int STEP = 26;
    private static final int GROUP = 34;

    private final StringBuilder svg = new StringBuilder();
    private double scale = 1;

    private Chart() {}

    /** One bar. */
    private record Bar(Candidate candidate, double ratio) {}

    /**
     * {@return the chart as the text of an SVG file}
     *
     * @throws IllegalArgumentException if the results have no load cells with Fairlead in it
     */
    static String of(Results results) {
        return new Chart().drawn(results);
    }

    private String drawn(Results results) {
        List<Integer> depths = results.cells(Part.LOAD).stream()
                .map(name -> Cell.of(name).depth())
                .distinct()
                .sorted()
                .toList();
        List<List<Bar>> groups = new ArrayList<>();
        for (int depth : depths) {
            groups.add(bars(results, depth));
        }
        double largest = groups.stream()
                .flatMap(List::stream)
                .mapToDouble(Bar::ratio)
                .max()
                .orElseThrow(() -> new IllegalArgumentException("results: no load cells (expected: some)"));
        scale = (WIDTH - LEFT - RIGHT) / Math.max(largest, 1);
        int height = TOP
                + groups.stream().mapToInt(bars -> GROUP + bars.size() * STEP).sum()
                + 24;
        head(height);
        int y = TOP;
        for (int i = 0; i < groups.size(); i++) {
            text(
                    "group",
                    16,
                    y + 20,
                    depths.get(i) == 1 ? "one message at a time" : depths.get(i) + " messages under way");
            y += GROUP;
            for (Bar bar : groups.get(i)) {
                bar(y, bar);
                y += STEP;
            }
        }
        double one = LEFT + scale;
        svg.append(String.format(
                Locale.ROOT, "<line class=\"one\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n", one, TOP, one, y));
        text("small", (int) one - 4, y + 16, "1 = the C reference");
        return svg.append("</svg>\n").toString().replace("\r\n", "\n");
    }

    private static List<Bar> bars(Results results, int depth) {
        List<Bar> bars = new ArrayList<>();
        for (Candidate candidate : BARS) {
            List<Double> ratios = results.ratios(candidate, cell -> cell.depth() == depth);
            if (!ratios.isEmpty()) {
                bars.add(new Bar(candidate, Statistics.geometricMean(ratios)));
            }
        }
        return bars;
    }

    private void head(int height) {
        svg.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="title">
                <title id="title">CPU for each message as a multiple of the C reference's</title>
                <style>
                text { font-family: system-ui, sans-serif; font-size: 14px; fill: #1f2328; }
                .title { font-size: 16px; font-weight: 600; }
                .small, .group { font-size: 12px; fill: #59636e; }
                .fairlead { fill: #0969da; }
                .other { fill: #8c959f; }
                .one { stroke: #cf222e; stroke-dasharray: 4 3; }
                @media (prefers-color-scheme: dark) {
                  text { fill: #f0f6fc; }
                  .small, .group { fill: #9198a1; }
                  .fairlead { fill: #4493f8; }
                  .other { fill: #656c76; }
                  .one { stroke: #f85149; }
                }
                </style>
                """.formatted(WIDTH, height));
        text("title", 16, 26, "CPU for each message, times the C reference's");
        text("small", 16, 46, "geometric means over sizes and numbers of connections; shorter is better");
    }

    private void bar(int y, Bar bar) {
        text("", 16, y + 15, bar.candidate().title());
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\"/>%n",
                bar.candidate() == Candidate.FAIRLEAD ? "fairlead" : "other",
                LEFT,
                y,
                bar.ratio() * scale,
                BAR));
        text("", LEFT + (int) Math.round(bar.ratio() * scale) + 6, y + 15, Figures.ratio(bar.ratio()));
    }

    private void text(String style, int x, int y, String words) {
        svg.append("<text")
                .append(style.isEmpty() ? "" : " class=\"" + style + "\"")
                .append(String.format(Locale.ROOT, " x=\"%d\" y=\"%d\">", x, y))
                .append(words.replace("&", "&amp;").replace("<", "&lt;"))
                .append("</text>\n");
    }
}
