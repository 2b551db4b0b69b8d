// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.server.trials.Trials;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is written as JSON is ASCII, and is read back as it was. */
class AsciiJsonPropertiesTest {

    private static String written(String text) {
        return new String(new AsciiJson(0).text(text).bytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Trials.of(2000, random -> {
            String one = text(random);
            String two = text(random);

            byte[] json = new AsciiJson(random.nextInt(64))
                    .raw("[")
                    .text(one)
                    .raw(", ")
                    .text(two)
                    .raw("]")
                    .bytes();

            for (byte b : json) {
                assertThat(b).isBetween((byte) ' ', (byte) '~');
            }
            assertThat(Json.parse(new String(json, StandardCharsets.US_ASCII))).isEqualTo(List.of(one, two));
        });
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(0x80));
                case 1 -> text.appendCodePoint(0x80 + random.nextInt(0xD800 - 0x80));
                case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "0x22, \\\"",
        "0x5C, \\\\",
        "0x08, \\b",
        "0x0C, \\f",
        "0x0A, \\n",
        "0x0D, \\r",
        "0x09, \\t",
        "0x2F, /",
        "0x7F, \\u007f",
        "0x1F, \\u001f",
        "0x00, \\u0000",
        "0x17E, \\u017e",
        "0x1F600, \\ud83d\\ude00"
    })
    void escapesAreThoseOfTheOriginal(String codePoint, String escaped) {
        assertThat(written(Character.toString(Integer.decode(codePoint)))).isEqualTo('"' + escaped + '"');
    }
}
