// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ForeignProgramTest {

    @Test
    void programIsSpokenToAndListenedTo() {
        try (ForeignProgram cat =
                ForeignProgram.running(ForeignProgram.find("cat")).start()) {
            cat.tells("one").tells("two");

            assertThat(cat.prints("tw")).isEqualTo("two");
            cat.tellsNoMore();
            assertThat(cat.exits()).isZero();
        }
    }

    @Test
    void programThatEndsTooSoonIsToldOfWithItsOutput() {
        try (ForeignProgram shell = ForeignProgram.running(ForeignProgram.find("sh"), "-c", "echo sorry; exit 3")
                .start()) {
            assertThatThrownBy(() -> shell.prints("ready"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("sorry");
            assertThat(shell.exits()).isEqualTo(3);
        }
    }

    @Test
    void missingProgramFailsWithItsName() {
        assertThatThrownBy(() -> ForeignProgram.find("no-such-program"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no-such-program");
    }
}
