// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9400", "localhost:0", "0.0.0.0:443"})
    void whatIsWrittenIsReadAndWrittenAgain(String text) {
        assertThat(HostPort.print(HostPort.parse(text))).isEqualTo(text);
    }

    @Test
    void ipv6AddressStandsInBrackets() {
        assertThat(HostPort.parse("[::1]:9400").getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(HostPort.print(HostPort.parse("[::1]:9400"))).startsWith("[").endsWith("]:9400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "9400", ":9400", "127.0.0.1", "::1:9400", "127.0.0.1:65536", "a b:1", "http://a:1", "a:-1"})
    void whatIsWrittenOtherwiseIsRefused(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
