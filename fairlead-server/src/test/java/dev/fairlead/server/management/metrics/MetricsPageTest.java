// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.management.metrics;

import static dev.fairlead.server.CommittedPage.row;

import dev.fairlead.server.CommittedPage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manual's page on metrics, made from what the server shows at its start. */
class MetricsPageTest {

    private static final String HEAD = """
            # Metrics

            What `GET /metrics` on the management port shows of the server itself, in Prometheus' text format. This page is
            made from it. Every meter is there from the start, at zero, those of certificates for each port that speaks TLS; nothing is kept over
            a restart.

            A histogram has `…_bucket`, `…_sum` and `…_count`. The label `cause` names one of the [refusals](refusals.md),
            `close_code` the code of a Close frame.

            """;

    private static final String TAIL = """

            Beside these stand the platform's own: `jvm_memory_…`, `jvm_buffer_…`, `jvm_gc_…`, `jvm_threads_…`,
            `netty_allocator_…` (the memory beside the heap that buffers lie in), `process_cpu_…`, `process_files_…`,
            `process_uptime_…`, `system_cpu_…`, `system_load_…`.
            """;

    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (fairlead_\\w+) (.+)");
    private static final Pattern SAMPLE = Pattern.compile("(fairlead_\\w+)\\{(.+)} .*");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    @Test
    void committedPageIsWhatTheServerShows() throws IOException {
        Map<String, String> meanings = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        for (String line : scrape()) {
            Matcher comment = COMMENT.matcher(line);
            if (comment.matches()) {
                (comment.group(1).equals("HELP") ? meanings : types)
                        .put(comment.group(2), comment.group(3).strip());
            }
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                LABEL.matcher(sample.group(2))
                        .results()
                        .forEach(label -> labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>())
                                .add("`" + label.group(1) + "`"));
            }
        }

        StringBuilder page = new StringBuilder(HEAD);
        page.append(row("meter", "type", "labels", "meaning"));
        page.append(row("---", "---", "---", "---"));
        types.forEach((name, type) -> page.append(row(
                "`" + name + "`",
                type,
                String.join(", ", labels.getOrDefault(name, Set.of())),
                meanings.getOrDefault(name, "")
                        + (name.endsWith("_max") ? ": the longest of the last few minutes" : ""))));

        CommittedPage.assertIsCurrent("metrics.md", page.append(TAIL).toString());
    }

    private static List<String> scrape() {
        try (Meters meters = new Meters()) {
            meters.certificatesRead("0.0.0.0:443", Instant.EPOCH);
            meters.endpointOpened("/ws");
            return meters.scrape().lines().toList();
        }
    }
}
