// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void secretIsMaskedWhereverItIsPrinted() {
        assertThat(Secret.of("hunter2")).hasToString("***");
    }

    @Test
    void secretsOfOneTextAreEqual() {
        assertThat(Secret.of("hunter2")).isEqualTo(Secret.of("hunter2")).isNotEqualTo(Secret.of("hunter3"));
    }
}
