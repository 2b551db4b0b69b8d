// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import static dev.fairlead.server.CommittedPage.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.CommittedPage;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The manual's page on refusals, made from their rows. */
class RefusalsPageTest {

    private static final String HEAD = """
            # Refusals

            Why the server turned a peer away, and what to do about it. This page is made from the server's own table.

            A peer hears the status with the words as its reason phrase, and a body that says the same:
            `{"error":{"code":"EndpointNotFound","message":"…"}}`. To listeners and senders the words go on with
            `. TrackingId:ID_G0, SystemTracker:sb://NAMESPACE/PATH, Timestamp:TIME`, where the id is the peer's own
            `sb-hc-id` if that is a GUID. The log has `refusal=CAUSE` at DEBUG, since peers can cause it at will.
            [The meter](metrics.md) `fairlead_refusals_total{cause="CAUSE"}` counts.

            - An address that cannot be one is told what is wrong with it.
            - A sender that its listener rejected hears the listener's own status and words.
            - With `relay.compatibility: strict` a missing right is answered with 401.
            - A refused listener is answered after a second, since some clients dial again at once and for ever.
            - A refusal that passes by itself says in `Retry-After` how long that may take.

            """;

    @Test
    void committedPageIsWhatTheCodeSays() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        page.append(row("cause", "status", "code", "words", "what to do", "retry after"));
        page.append(row("---", "---", "---", "---", "---", "---"));
        for (Refusal refusal : Refusal.values()) {
            page.append(row(
                    "`" + refusal.label() + "`",
                    String.valueOf(refusal.status()),
                    "`" + refusal.code() + "`",
                    refusal.summary(),
                    refusal.remedy(),
                    refusal.retryAfter().map(after -> after.toSeconds() + "s").orElse("")));
        }

        CommittedPage.assertIsCurrent("refusals.md", page.toString());
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void rowFitsAStatusLineABodyAndASentence(Refusal refusal) {
        assertThat(refusal.status()).isBetween(400, 599);
        assertThat(refusal.code()).matches("[A-Z][A-Za-z]+");
        assertThat(refusal.label()).matches("[a-z_]+");
        assertThat(refusal.summary()).matches("[ -~]{3,120}").doesNotEndWith(".");
        assertThat(refusal.remedy()).matches("[ -~]{3,160}").doesNotEndWith(".");
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void whoIsTurnedAwayForAWhileIsToldForHowLong(Refusal refusal) {
        boolean passes = refusal.status() == 429 || refusal.status() == 503;

        assertThat(refusal.retryAfter().isPresent()).isEqualTo(passes);
        assertThat(refusal.retryAfter().orElse(Duration.ofSeconds(1)))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1))
                .matches(after -> after.toNanosPart() == 0);
    }

    @Test
    void rowsOfOneStatusAndCodeAreToldApartByTheirWords() {
        assertThat(Arrays.stream(Refusal.values()).map(Refusal::summary)).doesNotHaveDuplicates();
    }
}
