// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NatsTermsTest {

    @Test
    void secretsAreNeverPrinted() {
        NatsTerms terms = NatsTerms.of("nats://fairlead:secret@one:4222", "tls://token@two");

        assertThat(terms.toString()).isEqualTo("NatsTerms[[one:4222, two], fairlead.bus]");
        assertThatThrownBy(() -> NatsTerms.of("nats:/fairlead:secret@one"))
                .hasMessageStartingWith("servers: not an address (expected:")
                .hasMessageNotContaining("secret@one");
    }

    @Test
    void termsThatCannotBeAreRefused() {
        assertThatThrownBy(NatsTerms::of).hasMessageStartingWith("servers: none");
        assertThatThrownBy(() -> NatsTerms.of("http://one")).hasMessageStartingWith("servers: not an address");
        assertThatThrownBy(() -> NatsTerms.of("nats://one").withPrefix("a.*")).hasMessageStartingWith("prefix: a.*");
    }
}
