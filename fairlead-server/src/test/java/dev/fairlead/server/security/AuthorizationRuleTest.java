// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.settings.Secret;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthorizationRuleTest {

    private static AuthorizationRule rule(Right... rights) {
        return new AuthorizationRule("n", Secret.of("k"), null, Set.of(rights));
    }

    @Test
    void rulePermitsItsRightsAndNoOthers() {
        assertThat(rule(Right.LISTEN).grants(Right.LISTEN)).isTrue();
        assertThat(rule(Right.LISTEN).grants(Right.SEND)).isFalse();
        assertThat(rule(Right.LISTEN, Right.SEND).grants(Right.MANAGE)).isFalse();
    }

    @Test
    void managePermitsEverything() {
        assertThat(Right.values()).allMatch(right -> rule(Right.MANAGE).grants(right));
    }

    @Test
    void keysAreNotPrinted() {
        assertThat(new AuthorizationRule("n", Secret.of("hunter2"), Secret.of("hunter3"), Set.of(Right.SEND)))
                .asString()
                .doesNotContain("hunter");
    }
}
