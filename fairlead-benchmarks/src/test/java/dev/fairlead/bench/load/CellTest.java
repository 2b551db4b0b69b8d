// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellTest {

    @ParameterizedTest
    @ValueSource(strings = {"64Bx1x1", "1KiBx64x16", "16KiBx1000x1", "1MiBx1x16"})
    void nameThatWasReadIsWrittenAgain(String name) {
        assertThat(Cell.of(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64x1x1", "64Bx1", "1GiBx1x1", "64Bx1x1x1"})
    void otherNamesAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cell.of(name))
                .withMessageStartingWith("cell: " + name + " (expected: ");
    }

    @Test
    void loadWithTooManyBytesUnderWayDoesNotFit() {
        assertThat(new Cell(1 << 20, 512, 1).fits()).isTrue();
        assertThat(new Cell(1 << 20, 513, 1).fits()).isFalse();
        assertThat(new Cell(1 << 20, 1_000, 16).fits()).isFalse();
    }
}
