// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.CommittedPage;
import org.junit.jupiter.api.Test;

class ReferencePageTest {

    @Test
    void manualNamesEveryKeyWithItsLimitsAndDefault() {
        assertThat(ReferencePage.markdown())
                .contains("| `acceptTimeout` | how long a sender waits for the listener to dial; then 504 | 1s to 2m | "
                        + "`30s` |")
                .contains("## `relay.hybridConnections.N`")
                .contains("`FAIRLEAD_RELAY_ACCEPT_TIMEOUT`");
    }

    @Test
    void committedManualIsWhatTheCodeSays() throws Exception {
        CommittedPage.assertIsCurrent("configuration.md", ReferencePage.markdown());
    }
}
