// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReasonPhraseTest {

    @ParameterizedTest
    @CsvSource({"200, OK", "204, No Content", "304, Not Modified", "404, Not Found", "418, ''", "504, Gateway Timeout"})
    void statusHasItsUsualWords(int status, String words) {
        assertThat(ReasonPhrase.of(status)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 306, 450, 600, 999, Integer.MAX_VALUE})
    void statusThatNobodyRegisteredHasNone(int status) {
        assertThat(ReasonPhrase.of(status)).isEmpty();
    }

    @Test
    void wordsFitAStatusLine() {
        for (int status = 0; status < 1000; status++) {
            assertThat(ReasonPhrase.of(status)).matches("[A-Za-z -]*");
        }
    }
}
