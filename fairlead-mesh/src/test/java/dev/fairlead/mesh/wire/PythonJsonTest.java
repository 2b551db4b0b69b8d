// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonJsonTest {

    @Test
    void blanksStandAfterCommasAndColons() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("a", Arrays.asList(1, -2L, Map.of(), null, true));
        value.put("b", List.of());

        assertThat(PythonJson.write(value)).isEqualTo("{\"a\": [1, -2, {}, null, true], \"b\": []}");
    }

    @Test
    void everythingBeyondAsciiIsEscaped() {
        assertThat(PythonJson.write("é\u2028\u007f\b\f\n\"\\/\ud83d\ude00"))
                .isEqualTo("\"\\u00e9\\u2028\\u007f\\b\\f\\n\\\"\\\\/\\ud83d\\ude00\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0, 0.0",
        "-0.0, -0.0",
        "1.0, 1.0",
        "1.5, 1.5",
        "0.1, 0.1",
        "1e15, 1000000000000000.0",
        "1e16, 1e+16",
        "1.5e16, 1.5e+16",
        "123456789.125, 123456789.125",
        "1e-4, 0.0001",
        "1e-5, 1e-05",
        "1.25e-7, 1.25e-07",
        "1e22, 1e+22",
        "1e100, 1e+100",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "100.0, 100.0"
    })
    void fractionsAreSpeltAsPythonSpellsThem(double value, String text) {
        assertThat(PythonJson.write(value)).isEqualTo(text);
    }

    @Test
    void valuesThatJsonLacksBecomeTexts() {
        assertThat(PythonJson.write(Instant.parse("2026-11-21T10:00:00Z"))).isEqualTo("\"2026-11-21T10:00:00Z\"");
        assertThat(PythonJson.write(LocalDate.of(2026, 11, 21))).isEqualTo("\"2026-11-21Z\"");
        assertThat(PythonJson.write(Duration.ofDays(1).plusSeconds(5))).isEqualTo("\"1 day, 0:00:05\"");
        assertThat(PythonJson.write(new BigDecimal("1.10"))).isEqualTo("\"1.10\"");
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        assertThatThrownBy(() -> PythonJson.write(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
