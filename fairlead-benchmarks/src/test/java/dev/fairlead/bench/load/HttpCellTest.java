// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCellTest {

    @ParameterizedTest
    @ValueSource(strings = {"http0Bx1", "http1KiBx64", "http100MiB-download", "http100MiB-upload", "http10MiB-chunked"})
    void nameThatWasReadIsWrittenAgain(String name) {
        assertThat(HttpCell.of(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http1KiB", "1KiBx64", "http1KiBx64x1", "http1MiB-echo", HttpCell.WEBSOCKET})
    void otherNamesAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpCell.of(name))
                .withMessageStartingWith("cell: " + name + " (expected: ");
    }

    @Test
    void onlyWhatGoesOneWayIsABody() {
        assertThat(HttpCell.of("http64KiBx64").isBody()).isFalse();
        assertThat(HttpCell.of("http64KiB-upload").isBody()).isTrue();
    }
}
