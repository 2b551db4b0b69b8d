// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class TargetsTest {

    @Test
    void nothingMeasuredIsNotJudged() {
        assertThat(Targets.judge(new SampleResults().results())).isEmpty();
    }

    @Test
    void meanAndWorstCellAreHeldToBoundsOfTheirOwn() {
        List<Targets.Verdict> verdicts = Targets.judge(new SampleResults()
                .load("64Bx1x1", Candidate.FAIRLEAD, 0.8, 1)
                .load("64Bx64x1", Candidate.FAIRLEAD, 1.6, 1)
                .results());

        assertThat(verdicts).extracting(Targets.Verdict::found).containsExactly("1.13", "1.60 (64Bx64x1)");
        assertThat(verdicts).extracting(Targets.Verdict::met).containsExactly(true, false);
    }

    @Test
    void throughputIsJudgedByTheLeastCellAtDepthSixteen() {
        SampleResults results = new SampleResults();
        for (String cell : List.of("64Bx1x1", "64Bx1x16", "1KiBx64x16", "16KiBx64x16")) {
            results.load(cell, Candidate.NODE, 5, 100);
        }
        results.load("64Bx1x1", Candidate.FAIRLEAD, 1, 200)
                .load("64Bx1x16", Candidate.FAIRLEAD, 1, 2_000)
                .load("1KiBx64x16", Candidate.FAIRLEAD, 1, 900)
                .load("16KiBx64x16", Candidate.FAIRLEAD, 1, 350);

        assertThat(Targets.judge(results.results()))
                .filteredOn(verdict -> verdict.what().contains("Node"))
                .extracting(Targets.Verdict::found, Targets.Verdict::met)
                .containsExactly(tuple("9.00", false), tuple("3.50", true));
    }

    @Test
    void idlePairsConnectionsAndTlsAreJudged() {
        List<Targets.Verdict> verdicts = Targets.judge(new SampleResults()
                .idle(Candidate.FAIRLEAD, 8_192)
                .connect(Part.CONNECT, Bench.CONNECT, Candidate.FAIRLEAD, 151, 2)
                .tls("1KiBx64x16", Candidate.FAIRLEAD, 1.9)
                .tls("16KiBx64x1", Candidate.FAIRLEAD, 1.05)
                .tls("64KiBx64x1", Candidate.FAIRLEAD, 0.98)
                .connect(Part.TLS, Bench.TLS_CONNECT, Candidate.FAIRLEAD, 900, 2.7)
                .results());

        assertThat(verdicts).extracting(Targets.Verdict::found).containsExactly("8.00 KiB", "151 µs", "1.05");
        assertThat(verdicts).extracting(Targets.Verdict::met).containsExactly(true, false, true);
    }

    @Test
    void requestsOfManySendersAreJudgedForEachSizeAndBodiesByTheWorst() {
        List<Targets.Verdict> verdicts = Targets.judge(new SampleResults()
                .http("http0Bx1", Candidate.FAIRLEAD, 20, 0.9)
                .http("http0Bx64", Candidate.FAIRLEAD, 10, 0.25)
                .http("http64KiBx64", Candidate.FAIRLEAD, 30, 0.3)
                .http("http64KiBx64", Candidate.NODE, 100, 1)
                .relayed(HttpCell.WEBSOCKET, Candidate.FAIRLEAD, 0.5, 1)
                .relayed("http100MiB-download", Candidate.FAIRLEAD, 0.6, 1.2)
                .relayed("http100MiB-upload", Candidate.FAIRLEAD, 0.8, 1.6)
                .relayed("http100MiB-upload", Candidate.NODE, 2, 4)
                .results());

        assertThat(verdicts)
                .extracting(Targets.Verdict::what, Targets.Verdict::found, Targets.Verdict::met)
                .containsExactly(
                        tuple("CPU for each HTTP request to the Node relay's, 0 B, 64 senders", "0.25", true),
                        tuple("CPU for each HTTP request to the Node relay's, 64 KiB, 64 senders", "0.30", false),
                        tuple(
                                "CPU for each GB of long HTTP bodies to the WebSocket path's, worst cell",
                                "1.60",
                                false));
    }

    @Test
    void theSdkIsJudgedByTheWorstCellOfEachDepthAndForwardersBySpeed() {
        List<Targets.Verdict> verdicts = Targets.judge(new SampleResults()
                .sdk("64Bx1x1", Candidate.C_LISTENER, 10, 1)
                .sdk("64Bx1x1", Candidate.SDK_LISTENER, 29, 2.9)
                .sdk("64Bx1x16", Candidate.SDK_LISTENER, 2, 1.5)
                .sdk("1KiBx64x16", Candidate.SDK_LISTENER, 3, 2.5)
                .forward(Candidate.FORWARDER, 0.4, 0.34)
                .results());

        assertThat(verdicts)
                .extracting(Targets.Verdict::found, Targets.Verdict::met)
                .containsExactly(tuple("2.50 (1KiBx64x16)", false), tuple("2.90 (64Bx1x1)", true), tuple("0.34", true));
    }

    @Test
    void theMeshIsJudgedByTheWorstCpuAndTheLeastRate() {
        List<Targets.Verdict> verdicts = Targets.judge(new SampleResults()
                .mesh("64Bx1x1", Candidate.MESH_GATEWAY, 1.01, 0.9)
                .mesh("64Bx64x1", Candidate.MESH_GATEWAY, 0.5, 0.7)
                .mesh("64Bx1x1", Candidate.NODE_MESH_GATEWAY, 1, 0.4)
                .mesh("64Bx1x1", Candidate.AMQP_CLIENT, 0.3, 1)
                .results());

        assertThat(verdicts)
                .extracting(Targets.Verdict::found, Targets.Verdict::met)
                .containsExactly(tuple("1.01 (64Bx1x1)", false), tuple("0.70 (64Bx64x1)", true));
    }

    @Test
    void gatewaysBeforeABusAreJudgedByTheWorstCellOfEachBus() {
        List<Targets.Verdict> verdicts = Targets.judge(new SampleResults()
                .bus("64Bx1x1", Candidate.GATEWAY_REFERENCE, 1)
                .bus("64Bx1x1", Candidate.EMBEDDED_BUS_GATEWAY, 3)
                .bus("64Bx64x1", Candidate.EMBEDDED_BUS_GATEWAY, 2)
                .bus("64Bx1x1", Candidate.NATS_BUS_GATEWAY, 0.5)
                .bus("64Bx1000x1", Candidate.NATS_BUS_GATEWAY, 0.7)
                .bus("64Bx1x1", Candidate.NODE_BUS_GATEWAY, 1)
                .bus("64Bx1x1", Candidate.PYRO_BUS_GATEWAY, 9)
                .results());

        assertThat(verdicts)
                .extracting(Targets.Verdict::found, Targets.Verdict::met)
                .containsExactly(tuple("3.00 (64Bx1x1)", true), tuple("0.70 (64Bx1000x1)", false));
    }

    @Test
    void gatewaysAreJudgedByTheWorstCellAndFromManyClientsOnByThroughput() {
        List<Targets.Verdict> verdicts = Targets.judge(new SampleResults()
                .gateway("64Bx1x1", Candidate.GATEWAY, 1.5, 9_000)
                .gateway("64Bx64x1", Candidate.GATEWAY, 3.01, 50_000)
                .gateway("64Bx1x1", Candidate.GATEWAY_CALLBACKS, 5, 3_000)
                .gateway("64Bx1x1", Candidate.NODE_GATEWAY, 9, 2_000)
                .gateway("64Bx64x1", Candidate.GATEWAY_CALLBACKS, 3, 40_000)
                .gateway("64Bx64x1", Candidate.NODE_GATEWAY, 9, 10_000)
                .gateway("64Bx64x1", Candidate.PUSHPIN, 30, 2_500)
                .gateway("1KiBx1000x1", Candidate.GATEWAY_CALLBACKS, 3, 20_000)
                .gateway("1KiBx1000x1", Candidate.NODE_GATEWAY, 9, 8_000)
                .gateway("1KiBx1000x1", Candidate.PUSHPIN, 30, 2_500)
                .gatewayIdle(16_384)
                .results());

        assertThat(verdicts)
                .extracting(Targets.Verdict::found, Targets.Verdict::met)
                .containsExactly(
                        tuple("3.01 (64Bx64x1)", false),
                        tuple("2.50", true),
                        tuple("8.00", false),
                        tuple("8.00 KiB", true));
    }
}
