// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Literals of Python that may come from anyone. */
class SerpentNotationTest {

    private static final Notation NOTATION =
            Notation.of(PyroTerms.DEFAULT.withSerializer(PyroTerms.Serializer.SERPENT));

    private static Object read(String literal) throws Unreadable {
        return NOTATION.read(literal.getBytes(StandardCharsets.UTF_8), false);
    }

    @Test
    void plainValuesAreReadAsTheyWereWritten() throws Exception {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("z", Arrays.asList(1, -1L, 1L << 40, BigInteger.ONE.shiftLeft(70), 1.5, -2.5e300, true, false, null));
        value.put(
                "a'\"", new Object[] {"grüße\n\t\r\\\u0000 \ud83d\ude00 ' \u2028", new Object[] {}, new Object[] {1}});
        value.put("", Map.of());

        byte[] written = NOTATION.write(value);

        assertThat(SerpentNotation.printed(NOTATION.read(written, false))).isEqualTo(SerpentNotation.printed(value));
    }

    @Test
    void literalsOfPythonAreRead() throws Exception {
        assertThat(read("# serpent utf-8 python3.2\n{1, 2}")).isEqualTo(List.of(1L, 2L));
        assertThat(read("[ 1 , 'a' , ]")).isEqualTo(List.of(1L, "a"));
        assertThat((Object[]) read("('\\x41\\u0042\\U0001f600',)")).containsExactly("AB\ud83d\ude00");
        assertThat(read("(1)")).isEqualTo(1L);
        assertThat(read("1e30000")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(read("{'__class__':'float','value':'nan'}")).isEqualTo(Double.NaN);
    }

    @Test
    void aClassThatIsNotListedIsRefusedWithItsName() {
        assertThatThrownBy(() -> read("{'__class__':'services.secret.Secret','word':'x'}"))
                .isInstanceOf(Unreadable.class)
                .hasMessage("class services.secret.Secret is not listed: messages of it are refused");
        assertThatThrownBy(() -> read("{'__class__':'builtins.KeyError','__exception__':True,'args':()}"))
                .hasMessageContaining("builtins.KeyError");
    }

    @Test
    void anExceptionIsReadWhereOneMayStand() throws Exception {
        Object fault = NOTATION.read(NOTATION.writeFault("builtins.KeyError", "it's"), true);

        assertThat(fault)
                .isInstanceOfSatisfying(
                        PythonObject.class, read -> assertThat(read.arguments()).isEqualTo(List.of("it's")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "[1",
                "(1,",
                "{'a'",
                "{'a':",
                "{'a':1",
                "'a",
                "'\\",
                "'\\x4",
                "'\\q'",
                "'\\U00110000'",
                "1 2",
                "--1",
                "1e",
                "nan",
                "Nope",
                "{[]:1}",
                "{1:2,3}",
                "{1,2:3}",
                "[1 2]",
                "__import__('os')",
                "b'a'",
                "1j",
                "# only"
            })
    void whatIsMalformedIsRefused(String literal) {
        assertThatThrownBy(() -> read(literal)).isInstanceOf(Unreadable.class);
    }

    @Test
    void whatWouldTakeLongOrDeepIsRefusedAtOnce() {
        for (String part : List.of("(", "[", "{", "{1:", "-")) {
            assertThatThrownBy(() -> read(part.repeat(1 << 20))).isInstanceOf(Unreadable.class);
        }
        assertThatThrownBy(() -> read("9".repeat(1 << 20))).hasMessageContaining("digits");
    }
}
