// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.doctor.PortStep.Attempt;
import dev.fairlead.cli.doctor.PortStep.Knock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortStepTest {

    private static Attempt attempt(String address, Knock knock) {
        return new Attempt(new InetSocketAddress(InetAddress.ofLiteral(address), 443), knock, Duration.ofMillis(3));
    }

    @Test
    void firstAddressThatAnswersIsTaken() {
        Insight<Approach> insight =
                PortStep.judge(List.of(attempt("::1", Knock.REFUSED), attempt("127.0.0.1", Knock.OPEN)), List.of());

        assertThat(insight.finding().outcome()).isEqualTo(Outcome.OK);
        assertThat(insight.finding().found()).isEqualTo("[0:0:0:0:0:0:0:1]:443 refuses, 127.0.0.1:443 answers (3 ms)");
        assertThat(insight.learnt())
                .isEqualTo(new Approach(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 443), null));
    }

    @Test
    void addressThatIsSilentBesideAGoodOneIsWarnedOf() {
        assertThat(PortStep.judge(
                                List.of(attempt("127.0.0.2", Knock.SILENT), attempt("127.0.0.1", Knock.OPEN)),
                                List.of())
                        .finding()
                        .outcome())
                .isEqualTo(Outcome.WARN);
    }

    @Test
    void refusalAndSilenceAskForDifferentThings() {
        Finding refused = PortStep.judge(List.of(attempt("127.0.0.1", Knock.REFUSED)), List.of())
                .finding();
        Finding silent = PortStep.judge(List.of(attempt("127.0.0.1", Knock.SILENT)), List.of())
                .finding();

        assertThat(refused.remedies()).singleElement().asString().startsWith("see that the relay runs");
        assertThat(silent.remedies()).singleElement().asString().contains("firewall");
    }

    @Test
    void proxyIsToldOfAndItsAddressIsNot() {
        List<String> proxies =
                PortStep.proxies(Map.of("https_proxy", "http://me:secret@proxy.test:3128", "PATH", "/bin"));

        Finding finding = PortStep.judge(List.of(attempt("127.0.0.1", Knock.SILENT)), proxies)
                .finding();

        assertThat(finding.details()).singleElement().asString().startsWith("https_proxy is set");
        assertThat(finding.remedies()).anyMatch(remedy -> remedy.contains("through a proxy"));
        assertThat(finding.toString()).doesNotContain("secret");
    }
}
