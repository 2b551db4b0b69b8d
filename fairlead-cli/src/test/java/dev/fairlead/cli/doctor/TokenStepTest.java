// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.PercentEncoding;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenStepTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final SasKey KEY = SasKey.of("root", "very secret");

    private final Relay relay = new Relay(
            ConnectionString.parse("Endpoint=sb://relay.test/;SharedAccessKeyName=root;SharedAccessKey=very secret"),
            HybridPath.of("hello"));

    private Insight<Pass> given(String token) {
        return new TokenStep(relay, NOW, Duration.ZERO).examine(token);
    }

    private static String token(String uri, Duration life) {
        return SasToken.sign(uri, KEY, NOW.plus(life)).text();
    }

    @Test
    void tokenIsMadeOfTheKeyAndExplainedWithoutItsSignature() {
        Insight<Pass> insight = new TokenStep(relay, NOW, Duration.ZERO).examine(null);

        Pass pass = insight.learnt();
        assertThat(pass).isNotNull();
        SasToken made = SasToken.parse(String.valueOf(pass.token()));
        assertThat(made.signedBy(KEY)).isTrue();
        assertThat(made.resource()).isEqualTo("http://relay.test/hello/");
        assertThat(insight.finding().details())
                .containsExactly(
                        "sr   http://relay.test/hello/: the path hello and all below it",
                        "skn  root: the rule whose key is said to have signed",
                        "se   2026-11-01T13:00:00Z: it ends in 1h",
                        "sig  not shown");
        assertThat(pass.toString()).doesNotContain("sig");
    }

    @Test
    void expiredTokenIsAFault() {
        assertThat(given(token("http://relay.test/hello", Duration.ofMinutes(-5)))
                        .finding()
                        .found())
                .isEqualTo("it is expired: it ended 5m ago");
    }

    @Test
    void relaysClockDecidesWhenATokenEnds() {
        Insight<Pass> insight = new TokenStep(relay, NOW, Duration.ofHours(2)).examine(null);

        assertThat(insight.learnt()).isNull();
        assertThat(insight.finding().found()).contains("expired by the relay's clock");
    }

    @Test
    void tokenForAnotherPathIsAFault() {
        Finding finding =
                given(token("http://relay.test/orders", Duration.ofHours(1))).finding();

        assertThat(finding.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(finding.found()).isEqualTo("it is for orders, and not for hello");
    }

    @Test
    void tokenForAnotherHostIsWarnedOf() {
        Finding finding =
                given(token("http://other.test/hello", Duration.ofHours(1))).finding();

        assertThat(finding.outcome()).isEqualTo(Outcome.WARN);
        assertThat(finding.remedies()).singleElement().asString().contains("Azure Relay refuses that");
    }

    @Test
    void millisecondsAreSuspected() {
        assertThat(given(token("http://relay.test/", Duration.ofDays(100_000)))
                        .finding()
                        .remedies())
                .singleElement()
                .asString()
                .contains("no milliseconds");
    }

    @Test
    void tokenThatCannotBeReadIsNotRepeated() {
        assertThat(given("hunter2").finding().outcome()).isEqualTo(Outcome.FAIL);
        assertThat(given("hunter2").finding().toString()).doesNotContain("hunter2");
        assertThat(given(PercentEncoding.encodeForm(token("http://relay.test/", Duration.ofHours(1))))
                        .finding()
                        .remedies())
                .containsExactly("decode it once");
        assertThat(given("SharedAccessSignature sr=x\r\nHost: y").finding().outcome())
                .isEqualTo(Outcome.FAIL);
    }

    @Test
    void webTokenIsUsedAsItIs() {
        assertThat(given("eyJh.eyJi.c2ln").finding().found()).startsWith("a JWT");
    }
}
