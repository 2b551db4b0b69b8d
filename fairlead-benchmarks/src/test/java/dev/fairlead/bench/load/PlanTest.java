// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

    @Test
    void bothPlansAreExpectedToEndBeforeTheirLimit() {
        assertThat(Plan.full().expected()).isLessThan(Plan.full().limit());
        assertThat(Plan.quick().expected()).isLessThan(Plan.quick().limit());
    }

    @Test
    void everyCandidateHasAtLeastThreeTurns() {
        assertThat(Plan.full().rounds()).isGreaterThanOrEqualTo(3);
        assertThat(Plan.quick().rounds()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void patternsKeepTheCellsThatTheyName() {
        Plan plan = Plan.full().only(List.of("64Bx*x16", "1MiBx1x1"));

        assertThat(plan.cells())
                .extracting(Cell::name)
                .containsExactly("64Bx1x16", "64Bx64x16", "64Bx1000x16", "1MiBx1x1");
        assertThat(plan.parts()).containsExactly(Part.LOAD);
    }

    @Test
    void partsAreNamedLikeCells() {
        Plan plan = Plan.full().only(List.of("idle", "connect"));

        assertThat(plan.parts()).containsExactlyInAnyOrder(Part.IDLE, Part.CONNECT);
        assertThat(plan.expected()).isLessThan(Plan.full().expected());
    }

    @Test
    void cellsOfHttpHaveNamesOfTheirOwn() {
        Plan plan = Plan.full().only(List.of("http64KiBx*", "http100MiB-up*"));

        assertThat(plan.parts()).containsExactly(Part.HTTP);
        assertThat(plan.httpCells())
                .extracting(HttpCell::name)
                .containsExactly("http64KiBx1", "http64KiBx64", "http100MiB-upload");
        assertThat(Plan.full().only(List.of("http")).httpCells())
                .isEqualTo(Plan.full().only(List.of("http*")).httpCells())
                .isEqualTo(Plan.full().httpCells());
    }

    @Test
    void httpAloneNeedsNoProxiesAndNoReference() {
        Plan plan = Plan.full().only(List.of("http"));

        assertThat(plan.candidates()).containsExactly(Candidate.FAIRLEAD, Candidate.NODE);
        assertThat(plan.expected()).isLessThan(Plan.full().expected());
        assertThat(Plan.full().candidates()).containsExactlyElementsOf(Candidate.RELAYING);
    }

    @Test
    void cellsOfTheSdkAreNamedAfterIt() {
        Plan plan = Plan.full().only(List.of("sdk*x1x16", "sdk-*"));

        assertThat(plan.parts()).containsExactlyInAnyOrder(Part.SDK, Part.SDK_HEAP);
        assertThat(plan.sdkCells()).extracting(Cell::name).containsExactly("64Bx1x16", "16KiBx1x16");
        assertThat(Plan.full().only(List.of("sdk")).sdkCells())
                .isEqualTo(Plan.full().sdkCells());
    }

    @Test
    void theSdkAndForwardersNeedNoRelayButFairlead() {
        Plan plan = Plan.full().only(List.of("sdk*", "forward"));

        assertThat(plan.candidates()).containsExactly(Candidate.FAIRLEAD);
        assertThat(plan.parts()).containsExactlyInAnyOrder(Part.SDK, Part.SDK_HEAP, Part.FORWARD);
        assertThat(Plan.full().only(List.of("sdk")).expected()).isLessThan(Duration.ofMinutes(4));
    }

    @Test
    void cellsOfGatewaysAreNamedAfterThem() {
        Plan plan = Plan.full().only(List.of("gateway64B*", "gateway-*"));

        assertThat(plan.parts()).containsExactlyInAnyOrder(Part.GATEWAY, Part.GATEWAY_IDLE);
        assertThat(plan.gatewayCells()).extracting(Cell::name).containsExactly("64Bx1x1", "64Bx64x1", "64Bx1000x1");
        assertThat(Plan.full().only(List.of("gateway")).gatewayCells())
                .isEqualTo(Plan.full().gatewayCells());
    }

    @Test
    void gatewaysAloneNeedNoRelay() {
        Plan plan = Plan.full().only(List.of("gateway*"));

        assertThat(plan.candidates()).isEmpty();
        assertThat(plan.expected()).isLessThan(Duration.ofMinutes(6));
    }

    @Test
    void messagesOfGatewaysGoOneAtATime() {
        assertThat(Plan.full().gatewayCells()).extracting(Cell::depth).containsOnly(1);
    }

    @Test
    void cellsOfTheMeshAreNamedAfterItAndNeedNoRelay() {
        Plan plan = Plan.full().only(List.of("mesh64Bx*"));

        assertThat(plan.parts()).containsExactly(Part.MESH);
        assertThat(plan.meshCells()).extracting(Cell::name).containsExactly("64Bx1x1", "64Bx64x1", "64Bx1000x1");
        assertThat(Plan.full().only(List.of("mesh")).meshCells()).isEqualTo(plan.meshCells());
        assertThat(plan.candidates()).isEmpty();
        assertThat(plan.expected()).isLessThan(Duration.ofMinutes(3));
    }

    @Test
    void cellsBeforeABusAreNamedAfterItAndNeedNoRelay() {
        Plan plan = Plan.full().only(List.of("bus64Bx*"));

        assertThat(plan.parts()).containsExactly(Part.BUS);
        assertThat(plan.busCells()).extracting(Cell::name).containsExactly("64Bx1x1", "64Bx64x1", "64Bx1000x1");
        assertThat(Plan.full().only(List.of("bus")).busCells()).isEqualTo(plan.busCells());
        assertThat(plan.candidates()).isEmpty();
        assertThat(plan.expected()).isLessThan(Duration.ofMinutes(5));
    }

    @Test
    void theBusInPythonIsSparedAThousandClients() {
        Plan plan = Plan.full();

        assertThat(plan.busCellsOf(Candidate.PYRO_BUS_GATEWAY))
                .extracting(Cell::connections)
                .containsExactly(1, 64);
        assertThat(plan.busCellsOf(Candidate.NATS_BUS_GATEWAY)).isEqualTo(plan.busCells());
    }

    @Test
    void loadStandsForAllCells() {
        assertThat(Plan.full().only(List.of("load")).cells())
                .isEqualTo(Plan.full().cells());
    }

    @Test
    void patternThatNamesNothingIsRefusedWithWhatItCouldName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.quick().only(List.of("2KiBx*")))
                .withMessageStartingWith(
                        "--cells: 2KiBx* (expected: some of connect, tls, idle, load, http, sdk, sdk-heap, forward, gateway, gateway-idle, mesh, bus, 64Bx1x1");
    }
}
