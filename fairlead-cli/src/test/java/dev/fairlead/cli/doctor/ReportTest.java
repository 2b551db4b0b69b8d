// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

    private final Report report = new Report();

    @Test
    void findingIsOneLineAndWhatBelongsToItStandsBelow() {
        Finding finding =
                new Finding("TLS", Outcome.FAIL, "not trusted", List.of("a chain"), List.of("do this", "  so"));

        assertThat(Report.text(finding).lines())
                .containsExactly(
                        "FAIL      TLS                not trusted",
                        "                             a chain",
                        "                             -> do this",
                        "                                so");
    }

    @Test
    void warningsLeaveThePatientWell() {
        report.add(Finding.ok("name", "it is known"));
        report.add(Finding.warn("clock", "a bit slow", "set it"));
        report.add(Finding.skipped("listen", "others listen"));

        assertThat(report.isWell()).isTrue();
        assertThat(report.verdict()).isEqualTo("Well, with a warning: clock. Not examined: listen.");
    }

    @Test
    void faultsAreNamedAtTheEnd() {
        report.add(Finding.fail("path", "not there", "make it"));
        report.add(Finding.skipped("send", "path has to be put right first"));

        assertThat(report.isWell()).isFalse();
        assertThat(report.verdict()).isEqualTo("Not well: path.");
        assertThat(report.json())
                .isEqualTo("{\"well\":false,\"verdict\":\"Not well: path.\",\"steps\":["
                        + "{\"step\":\"path\",\"outcome\":\"fail\",\"found\":\"not there\",\"details\":[],"
                        + "\"remedies\":[\"make it\"]},"
                        + "{\"step\":\"send\",\"outcome\":\"skipped\",\"found\":\"path has to be put right first\","
                        + "\"details\":[],\"remedies\":[]}]}");
    }
}
