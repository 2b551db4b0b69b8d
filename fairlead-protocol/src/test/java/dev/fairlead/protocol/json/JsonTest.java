// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void everyKindOfValueIsRead() {
        assertThat(Json.parse(" {\"a\":[1,-2.5e1,true,false,null,\"t\"],\"b\":{}} "))
                .isEqualTo(mapOf("a", listOf(1L, -25.0, true, false, null, "t"), "b", Map.of()));
    }

    @Test
    void membersKeepTheirOrder() {
        assertThat((Map<?, ?>) Json.parse("{\"z\":1,\"a\":2,\"m\":3}"))
                .extracting(Map::keySet)
                .hasToString("[z, a, m]");
    }

    @Test
    void ofTwoMembersWithOneNameTheLastCounts() {
        assertThat(Json.parse("{\"a\":1,\"a\":2}")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void escapesAreRead() {
        assertThat(Json.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\""))
                .isEqualTo("\"\\/\b\f\n\r\té😀");
    }

    @Test
    void loneSurrogateSurvivesAsEscape() {
        Object lone = Json.parse("\"a\\ud800b\"");

        assertThat(lone).isEqualTo("a\ud800b");
        assertThat(Json.write(lone)).isEqualTo("\"a\\ud800b\"");
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "0, 0",
        "-0, 0",
    })
    void wholeNumbersThatFitAreExact(String text, long value) {
        assertThat(Json.parse(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775808, 9.223372036854775807e18",
        "123456789012345678901234567890, 1.2345678901234568e29",
        "1E2, 100",
        "0.5, 0.5",
        "1e-999, 0",
    })
    void otherNumbersAreTheNearestDouble(String text, double value) {
        assertThat(Json.parse(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "\"",
                "\"\\",
                "\"\\u12",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "[1",
                "[1,",
                "-",
                "1.",
                "1e",
                "1e+",
                "tru",
                "nul",
                "{,}",
                "[,]",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "01",
                "+1",
                ".5",
                "NaN",
                "Infinity",
                "1e999",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "\"\u0000\"",
                "1 2",
                "{} {}",
                "// c\n1",
                "\uFEFF{}",
                "True",
                "\"\\u٠٠٠٠\"",
                "٣",
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(MalformedJson.class);
    }

    @Test
    void refusalTellsTheOffsetAndNothingOfTheText() {
        MalformedJson refusal = catchThrowableOfType(MalformedJson.class, () -> Json.parse("{\"secret\": oops}"));

        assertThat(refusal).hasMessage("no value at offset 11");
        assertThat(refusal.offset()).isEqualTo(11);
        assertThat(refusal.getStackTrace()).isEmpty();
    }

    @Test
    void nestingEndsAtItsLimit() {
        String deepest = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);

        assertThat(Json.write(Json.parse(deepest))).isEqualTo(deepest);
        assertThatThrownBy(() -> Json.parse("[" + deepest + "]")).hasMessageStartingWith("more than 64 levels");
        assertThatThrownBy(() -> Json.parse("{\"a\":".repeat(100_000))).hasMessageStartingWith("more than 64 levels");
    }

    @Test
    void textIsWrittenWithEveryControlCharacterEscaped() {
        assertThat(Json.write("a\"\\/\n\r\t\u0000\u001f\u007f\u0085é😀"))
                .isEqualTo("\"a\\\"\\\\/\\n\\r\\t\\u0000\\u001f\\u007f\u0085é😀\"");
    }

    @Test
    void whatHasNoFormInJsonIsNotWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(List.of(new Object())));
    }

    @Test
    void whateverIsWrittenIsReadBack() {
        Random random = new Random(20_260_101);
        for (int i = 0; i < 2_000; i++) {
            Object value = value(random, 0);

            assertThat(Json.parse(Json.write(value))).isEqualTo(value);
        }
    }

    @Test
    void anyTextIsReadOrRefusedAndNothingElse() {
        Random random = new Random(7);
        String alphabet = "{}[]\",:\\u0e1-+.tfn aE\ud800\n";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int c = random.nextInt(20); c >= 0; c--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Json.write(Json.parse(text.toString()));
            } catch (MalformedJson refused) {
                assertThat(refused.offset()).isBetween(0, text.length());
            }
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth < 4 ? 7 : 5)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextGaussian();
            case 2 -> random.nextBoolean();
            case 3 -> null;
            case 4 -> text(random);
            case 5 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(text(random), value(random, depth + 1));
                }
                yield map;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
        }
        return text.toString();
    }

    private static Map<String, Object> mapOf(String k1, Object v1, String k2, Object v2) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(k1, v1);
        map.put(k2, v2);
        return map;
    }

    private static List<Object> listOf(Object... values) {
        return new ArrayList<>(java.util.Arrays.asList(values));
    }
}
