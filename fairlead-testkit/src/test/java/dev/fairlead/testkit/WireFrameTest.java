// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class WireFrameTest {

    @Test
    void unmaskedTextIsTheExampleOfTheStandard() {
        assertThat(hex(WireFrame.text("Hello").unmasked())).isEqualTo("810548656c6c6f");
    }

    @Test
    void maskedTextIsTheExampleOfTheStandard() {
        assertThat(hex(WireFrame.text("Hello"))).isEqualTo("818537fa213d7f9f4d5158");
    }

    @Test
    void lengthHasItsShortestFormUnlessTold() {
        assertThat(WireFrame.of(WireFrame.BINARY, new byte[125]).bytes()).hasSize(2 + 4 + 125);
        assertThat(WireFrame.of(WireFrame.BINARY, new byte[126]).bytes()).hasSize(4 + 4 + 126);
        assertThat(WireFrame.of(WireFrame.BINARY, new byte[65536]).bytes()).hasSize(10 + 4 + 65536);
        assertThat(hex(WireFrame.text("a").unmasked().withLengthBytes(2))).isEqualTo("817e000161");
    }

    @Test
    void reservedBitsAndALengthThatLiesGoOutAsTold() {
        WireFrame odd = WireFrame.text("").unmasked().notFinal().withReserved(4).declaring(Long.MIN_VALUE);

        assertThat(hex(odd)).isEqualTo("417f8000000000000000");
    }

    @Test
    void closeCarriesCodeAndReason() {
        WireFrame close = WireFrame.close(4001, "done");

        assertThat(hex(close.unmasked())).isEqualTo("88060fa1646f6e65");
        assertThat(close.closeCode()).isEqualTo(4001);
        assertThat(close.closeReason()).isEqualTo("done");
        assertThat(WireFrame.emptyClose().closeCode()).isEqualTo(1005);
    }

    private static String hex(WireFrame frame) {
        return HexFormat.of().formatHex(frame.bytes());
    }
}
