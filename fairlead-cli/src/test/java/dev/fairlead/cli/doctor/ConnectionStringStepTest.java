// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionStringStepTest {

    private static final String KEY = "cm9vdCBrZXkgb2YgdGhlIHJlbGF5IHVuZGVyIHRlc3Q=";
    private static final String GOOD = "Endpoint=sb://relay.test/;SharedAccessKeyName=root;SharedAccessKey=" + KEY;

    private static Finding finding(String text) {
        return ConnectionStringStep.examine(text, "hello", false).finding();
    }

    @Test
    void whatItNamesIsToldAndNoSecret() {
        Finding finding = finding(GOOD);

        assertThat(finding.outcome()).isEqualTo(Outcome.OK);
        assertThat(finding.found()).isEqualTo("relay.test:443 over TLS, path hello, key root");
        assertThat(finding.toString()).doesNotContain(KEY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | its form is Endpoint=",
                "'\"%s\"' | leave the quotation marks out",
                "Endpoint=relay.test;SharedAccessKeyName=a;SharedAccessKey=secret | write the scheme in front",
                "Endpoint=relay.test:9443;SharedAccessKeyName=a;SharedAccessKey=secret | write the scheme in front",
                "Endpoint=sb://relay.test/hello;SharedAccessKeyName=a;SharedAccessKey=secret | leave the path out",
                "Endpoint%3Dsb%3A%2F%2Frelay.test%3BSharedAccessKey%3Dsecret | it looks URL-encoded",
                "Endpoint=sb://relay.test/;SharedAccessKeyName=a | its form is Endpoint=",
                "Endpoint=sb://relay.test/;Secret=secret | its form is Endpoint=",
                "hello | its form is Endpoint=",
            })
    void mistakeIsToldWithItsRemedy(String text, String remedy) {
        Insight<Relay> insight = ConnectionStringStep.examine(text.replace("%s", GOOD), null, false);

        assertThat(insight.learnt()).isNull();
        assertThat(insight.finding().outcome()).isEqualTo(Outcome.FAIL);
        assertThat(insight.finding().remedies()).singleElement().asString().startsWith(remedy);
        assertThat(insight.finding().toString()).doesNotContain("=secret").doesNotContain(KEY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cm9vdCBrZXkgb2YgdGhlIHJlbGF5IHVuZGVyIHRlc3Q%3D | looks URL-encoded",
                "cm9vdCBrZXkgb2YgdGhlIHJlbGF5IHVuZGVyIHRlc3Q | looks cut off",
                "'\"cm9v\"x' | quotation mark",
            })
    void keyThatLooksLikeAMistakeIsDoubted(String key, String doubt) {
        Finding finding = finding("Endpoint=sb://relay.test/;SharedAccessKey=" + key + ";SharedAccessKeyName=root");

        assertThat(finding.outcome()).isEqualTo(Outcome.WARN);
        assertThat(finding.remedies())
                .singleElement()
                .asString()
                .contains(doubt)
                .doesNotContain("cm9v");
    }

    @Test
    void blanksAtTheEndsAreTold() {
        assertThat(finding(GOOD + " ").remedies()).singleElement().asString().contains("blanks at its ends");
    }

    @Test
    void stringWithoutAKeyIsForAnonymousSenders() {
        assertThat(finding("Endpoint=sb://relay.test/").remedies())
                .singleElement()
                .asString()
                .contains("anonymous senders");
        assertThat(ConnectionStringStep.examine("Endpoint=sb://relay.test/", "hello", true)
                        .finding()
                        .outcome())
                .isEqualTo(Outcome.OK);
    }

    @Test
    void pathThatDiffersFromEntityPathIsAFault() {
        Finding finding = finding(GOOD + ";EntityPath=orders");

        assertThat(finding.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(finding.found()).isEqualTo("it is for orders (EntityPath), and PATH says hello");
        assertThat(finding(GOOD + ";EntityPath=Hello").outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void missingPathLeavesLessToExamine() {
        Insight<Relay> insight = ConnectionStringStep.examine(GOOD, null, false);

        assertThat(insight.learnt()).isNotNull();
        assertThat(insight.finding().remedies()).singleElement().asString().contains("names no hybrid connection");
    }
}
