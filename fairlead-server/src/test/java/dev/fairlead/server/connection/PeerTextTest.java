// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerTextTest {

    @Test
    void plainTextStaysAsItIs() {
        assertThat(PeerText.forLog("9e3c7a46-6f0c ä€😀 'quoted\\'")).isEqualTo("9e3c7a46-6f0c ä€😀 'quoted\\'");
    }

    @ParameterizedTest
    @CsvSource({"10,a", "34,22", "13,d", "27,1b", "0,0", "127,7f", "133,85", "8232,2028", "8238,202e", "55296,d800"})
    void charactersThatActOnALogAreEscaped(int character, String hex) {
        assertThat(PeerText.forLog("a" + (char) character + "b")).isEqualTo("a\\u{" + hex + "}b");
    }

    @Test
    void longTextIsCutAtAWholeCharacter() {
        assertThat(PeerText.forLog("😀".repeat(1000))).isEqualTo("😀".repeat(PeerText.LONGEST) + "...");
        assertThat(PeerText.forLog("x".repeat(PeerText.LONGEST))).hasSize(PeerText.LONGEST);
    }
}
