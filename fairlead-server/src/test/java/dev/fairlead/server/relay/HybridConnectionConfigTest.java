// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HybridConnectionConfigTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "hyco", "orders/eu/1", "A.b_c-d", "a/.b/c", "a..b", "1/2", "a/...b/c"})
    void theseNameAHybridConnection(String path) {
        assertThat(HybridConnectionConfig.isPath(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "a/./b", "a/../b", "..", "-a", "a.", "a b", "a?b", "ä", "$hc/a"})
    void theseDoNot(String path) {
        assertThat(HybridConnectionConfig.isPath(path)).isFalse();
    }

    @Test
    void pathHasAtMost260Characters() {
        assertThat(HybridConnectionConfig.isPath("a".repeat(260))).isTrue();
        assertThat(HybridConnectionConfig.isPath("a".repeat(261))).isFalse();
    }
}
