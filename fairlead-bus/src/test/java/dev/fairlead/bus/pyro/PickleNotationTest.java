// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.bus.BusMessage;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that may come from anyone. */
class PickleNotationTest {

    private static final Notation NOTATION = Notation.of(PyroTerms.DEFAULT);

    private static byte[] pickle(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof String text) {
                out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            } else if (part instanceof byte[] bytes) {
                out.writeBytes(bytes);
            } else {
                out.write((Integer) part);
            }
        }
        return out.toByteArray();
    }

    private static Object read(Object... parts) throws Unreadable {
        return NOTATION.read(pickle(parts), false);
    }

    @Test
    void plainValuesAreReadAsTheyWereWritten() throws Exception {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("z", Arrays.asList(1, -1L, 70_000, 1L << 40, BigInteger.ONE.shiftLeft(70), 1.5, true, null));
        value.put(
                "a", new Object[] {"grüße \ud83d\ude00", new Object[] {}, new Object[] {1}, new Object[] {1, 2, 3, 4}});

        assertThat(SerpentNotation.printed(NOTATION.read(NOTATION.write(value), false)))
                .isEqualTo(SerpentNotation.printed(value));
    }

    @Test
    void aClassThatIsNotListedIsRefusedWithItsName() {
        assertThatThrownBy(() -> read("cos\nsystem\n(X", 2, 0, 0, 0, "ls", "tR."))
                .isInstanceOf(Unreadable.class)
                .hasMessage("class os.system is not listed: messages of it are refused");
    }

    @Test
    void anExceptionIsReadOnlyWhereOneMayStand() throws Exception {
        byte[] fault = NOTATION.writeFault("builtins.KeyError", "sender");

        assertThat(NOTATION.read(fault, true)).isInstanceOfSatisfying(PythonObject.class, read -> {
            assertThat(read.className()).isEqualTo("builtins.KeyError");
            assertThat(read.arguments()).isEqualTo(List.of("sender"));
        });
        assertThatThrownBy(() -> NOTATION.read(fault, false)).hasMessageContaining("builtins.KeyError");
    }

    @Test
    void aListedClassIsWhatItsStateSays() throws Exception {
        Object cursor = read(
                0x80,
                4,
                0x8c,
                15,
                "services.cursor",
                0x8c,
                6,
                "Cursor",
                0x93,
                ")",
                0x81,
                "}(",
                0x8c,
                8,
                "piece_id",
                0x8c,
                1,
                "p",
                0x8c,
                6,
                "offset",
                "K",
                3,
                0x8c,
                6,
                "column",
                "K",
                4,
                "ub.");

        Map<String, Object> envelope = Map.of("type", "t", "sender", "service.Lab", "content", cursor);
        BusMessage message = new Envelopes(PyroTerms.DEFAULT).read(envelope, 1_000);

        assertThat(message.content().json()).isEqualTo("[\"p\",3,4]");
    }

    @Test
    void aListedClassWithoutOneOfItsAttributesIsRefused() throws Exception {
        Object cursor = read(0x80, 4, "cservices.cursor\nCursor\n)", 0x81, "}b.");

        Map<String, Object> envelope = Map.of("type", "t", "sender", "service.Lab", "content", cursor);

        assertThatThrownBy(() -> new Envelopes(PyroTerms.DEFAULT).read(envelope, 1_000))
                .isInstanceOf(Unreadable.class)
                .hasMessage("a services.cursor.Cursor without piece_id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X\u00ff\u00ff\u00ff\u007f.", // a text of 2 GiB
                "B\u0000\u0000\u0000\u0080.", // bytes of a negative length
                "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f.",
                "\u008b\u00ff\u00ff\u00ff\u007f.", // a number of 2 GiB
                "h\u0001.", // nothing was kept under this number
                "Pid\n.", // names something outside
                "\u0082\u0001.", // an extension
                "\u0097.", // a buffer besides
                "(((1.", // forgets up to a mark
                "0.",
                "(.",
                "}]K\u0001s.", // a list as a key
                "}(K\u0001u.", // a key alone
                "]K\u0001b.", // the state of a list
                "c__builtin__\nset\n]N\u0086R.",
                "cbuiltins\neval\n.",
                "",
                "I1\n.",
                "\u0080\u0006N."
            })
    void whatIsMalformedIsRefused(String pickle) {
        assertThatThrownBy(() -> new Envelopes(PyroTerms.DEFAULT)
                        .read(Arrays.asList(read(pickle)).get(0), 1_000))
                .isInstanceOf(Unreadable.class)
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void aListThatHoldsItselfIsTooDeep() throws Exception {
        Object list = read("]q", 0, "h", 0, "a.");

        assertThatThrownBy(() -> message(list)).isInstanceOf(Unreadable.class).hasMessageContaining("levels deep");
    }

    @Test
    void aListOfListsThatGrowsAtEachLevelIsTooLarge() throws Exception {
        ByteArrayOutputStream laughs = new ByteArrayOutputStream();
        laughs.writeBytes(pickle("]q", 0));
        for (int level = 1; level < 30; level++) {
            laughs.writeBytes(
                    pickle("](", "h", level - 1, "h", level - 1, "h", level - 1, "h", level - 1, "eq", level));
        }
        laughs.writeBytes(pickle("."));
        Object bomb = NOTATION.read(laughs.toByteArray(), false);

        assertThatThrownBy(() -> message(bomb)).isInstanceOf(Unreadable.class).hasMessageContaining("comes to more");
    }

    @Test
    void aTextThatIsNamedAgainAndAgainIsTooLarge() throws Exception {
        Envelopes small = new Envelopes(PyroTerms.DEFAULT.withLimits(PyroTerms.DEFAULT.callTimeOut(), 1 << 10));
        ByteArrayOutputStream laughs = new ByteArrayOutputStream();
        laughs.writeBytes(pickle("](X", 200, 0, 0, 0, "x".repeat(200), "q", 1));
        for (int i = 0; i < 200; i++) {
            laughs.writeBytes(pickle("h", 1));
        }
        laughs.writeBytes(pickle("e."));
        Object bomb = NOTATION.read(laughs.toByteArray(), false);

        assertThatThrownBy(() -> small.read(Map.of("type", "t", "sender", "service.Lab", "content", bomb), 1 << 20))
                .isInstanceOf(Unreadable.class);
    }

    @Test
    void deepNestingIsRefusedAndDoesNoHarm() throws Exception {
        Object deep = NOTATION.read(pickle("]".repeat(100_000), "a".repeat(99_999), "."), false);

        assertThatThrownBy(() -> message(deep)).isInstanceOf(Unreadable.class);
    }

    private static BusMessage message(Object content) throws Unreadable {
        return new Envelopes(PyroTerms.DEFAULT)
                .read(Map.of("type", "t", "sender", "service.Lab", "content", content), 1_000);
    }
}
