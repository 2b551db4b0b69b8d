// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DocumentsTest {

    private static final String PAGE = """
            before
            <!-- measured: made by ./bench --document -->
            old
            <!-- measured: end -->
            after
            """;

    private final Results results = new SampleResults()
            .load("64Bx1x1", Candidate.CRELAY, 1, 10)
            .load("64Bx1x1", Candidate.FAIRLEAD, 1.1, 30)
            .load("64Bx1x1", Candidate.NODE, 5.5, 10)
            .connect(Part.CONNECT, Bench.CONNECT, Candidate.FAIRLEAD, 140, 2)
            .idle(Candidate.FAIRLEAD, 4_096)
            .tls("16KiBx64x1", Candidate.FAIRLEAD, 1.05)
            .connect(Part.TLS, Bench.TLS_CONNECT, Candidate.FAIRLEAD, 640, 2.7)
            .connect(Part.TLS, Bench.TLS_RESUMED, Candidate.FAIRLEAD, 240, 1.5)
            .http("http1KiBx64", Candidate.FAIRLEAD, 30, 0.24)
            .relayed(HttpCell.WEBSOCKET, Candidate.FAIRLEAD, 0.4, 1)
            .relayed("http100MiB-chunked", Candidate.FAIRLEAD, 0.5, 1.25)
            .sdk("64Bx64x16", Candidate.SDK_LISTENER, 1.5, 1.9)
            .sdkHeap(5_120)
            .forward(Candidate.FORWARDER, 0.75, 0.5)
            .gateway("1KiBx1000x1", Candidate.GATEWAY, 1.5, 40_000)
            .gatewayIdle(8_192)
            .mesh("64Bx64x1", Candidate.MESH_GATEWAY, 0.5, 0.75)
            .bus("64Bx64x1", Candidate.EMBEDDED_BUS_GATEWAY, 2)
            .bus("64Bx64x1", Candidate.NATS_BUS_GATEWAY, 0.5)
            .results();

    @Test
    void onlyWhatStandsBetweenTheCommentsIsMadeAnew() {
        String page = Documents.withMeasured(PAGE, results);

        assertThat(page)
                .startsWith("before\n<!-- measured: made by ./bench --document -->\n")
                .endsWith("<!-- measured: end -->\nafter\n")
                .doesNotContain("old");
        assertThat(Documents.withMeasured(page, results)).isEqualTo(page);
    }

    @Test
    void everyPartHasItsTable() {
        assertThat(Documents.withMeasured(PAGE, results))
                .contains("| 64 B, 1 connection, depth 1 | 1.10 | 5.50 |")
                .contains("| 64 B, 1 connection, depth 1 | 1.00 | 3.00 |")
                .contains("| Fairlead, with a rendezvous | 140 µs | 70.0 µs | 70.0 µs | 2.00 |")
                .contains("| Fairlead | 9,000 | 4,096 |  |")
                .contains("| 16 KiB, 64 connections, depth 1, Fairlead | 2.05 | 1.05 | 1.00 | 1.05 |")
                .contains("| new, what TLS adds, Fairlead | 500 µs |")
                .contains("| resumed connection (100 % were), Fairlead | 240 µs |")
                .contains(
                        "| 1 KiB, 64 senders, Fairlead | 20,000 | 100 µs | 1.50 ms | 30.0 µs | 15.0 µs | 15.0 µs | 0.24 |")
                .contains("| WebSocket messages of 64 KiB, Fairlead | 2.50 | 0.40 | 0.10 | 0.30 |  | 0.50 |")
                .contains("| upload of 100 MiB, in chunks, Fairlead | 2.00 | 0.50 | 0.13 | 0.38 | 1.25 | 0.50 |")
                .contains(
                        "| 64 B, 64 connections, depth 16, SDK listener | 50,000 | 100 µs | 1.50 ms | 1.50 µs | 0.75 µs | 0.75 µs | 1.90 |")
                .contains("| SDK listener | 9,000 | 5.00 KiB | 5.00 KiB |")
                .contains("| Fairlead forward | 0.75 | 1.50 | 0.50 | 1.00 | 0.50 |")
                .contains("| 1 KiB, 1,000 clients, Fairlead, answers inline "
                        + "| 40,000 | 100 µs | 1.50 ms | 18.0 µs | 4.50 µs | 13.5 µs | 1.50 |")
                .contains("| Fairlead | 9,000 | 8.00 KiB | 4.00 KiB |")
                .contains("| 64 B, 64 clients, Fairlead "
                        + "| 7,500 | 500 µs | 2.50 ms | 40.0 µs | 30.0 µs | 10.0 µs | 0.50 | 0.75 |")
                .contains("| 64 B, 64 clients, Fairlead, embedded bus "
                        + "| 20,000 | 500 µs | 2.50 ms | 40.0 µs | 30.0 µs | 10.0 µs | 2.00 |  |")
                .contains("| 64 B, 64 clients, Fairlead, NATS "
                        + "| 20,000 | 500 µs | 2.50 ms | 10.0 µs | 7.50 µs | 2.50 µs |  | 0.50 |")
                .contains("- 1MiBx1000x16: too much");
    }

    @Test
    void resultsWithoutHttpShowNothingOfIt() {
        Results older =
                new SampleResults().load("64Bx1x1", Candidate.FAIRLEAD, 1.1, 30).results();

        assertThat(Documents.withMeasured(PAGE, older)).doesNotContain("HTTP: ");
    }

    @Test
    void pageWithoutAPlaceForItIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Documents.withMeasured("before\nafter\n", results))
                .withMessageStartingWith("page: no place for what was measured");
    }

    @Test
    void theProjectsPageAndChartShowTheResultsKeptBesideThem() throws IOException {
        Documents documents = Documents.of(Path.of("..").toAbsolutePath().normalize());
        Results kept = Results.read(Files.readString(documents.results()));

        String page = Files.readString(documents.page());

        assertThat(page).isEqualTo(Documents.withMeasured(page, kept));
        assertThat(Files.readString(documents.chart())).isEqualTo(Chart.of(kept));
    }
}
