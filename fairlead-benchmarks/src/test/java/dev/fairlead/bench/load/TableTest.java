// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private final Table table = new Table(List.of("cell", "n"));

    @Test
    void numbersStandUnderEachOther() {
        table.row(List.of("a", "1.25"));
        table.row(List.of("long name", "10.5"));

        assertThat(table.terminal()).isEqualTo("""
                cell          n
                a          1.25
                long name  10.5
                """);
        assertThat(table.markdown()).isEqualTo("""
                | cell | n |
                | --- | --: |
                | a | 1.25 |
                | long name | 10.5 |
                """);
    }

    @Test
    void rowThatDoesNotFitTheHeadIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> table.row(List.of("a")));
    }
}
