// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConversionTest {

    enum Colour {
        RED
    }

    record Inner(String name, Optional<Integer> size) {}

    record Outer(List<Inner> inner, Map<String, Long> counts) {}

    @Test
    void numbersFitOrAreRefused() {
        assertThat(Conversion.toJava(7L, int.class)).isEqualTo(7);
        assertThat(Conversion.toJava(7.0, long.class)).isEqualTo(7L);
        assertThat(Conversion.toJava(7L, double.class)).isEqualTo(7.0);
        assertThat(Conversion.toJava(1.5, BigDecimal.class)).isEqualTo(new BigDecimal("1.5"));
        assertThatThrownBy(() -> Conversion.toJava(3_000_000_000L, int.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("int given, int expected");
        assertThatThrownBy(() -> Conversion.toJava(1.5, Integer.class)).hasMessage("float given, Integer expected");
    }

    @Test
    void otherTypesAreNotGuessed() {
        assertThat(Conversion.toJava("RED", Colour.class)).isEqualTo(Colour.RED);
        assertThatThrownBy(() -> Conversion.toJava("7", int.class)).hasMessage("str given, int expected");
        assertThatThrownBy(() -> Conversion.toJava(null, boolean.class)).hasMessage("None given, boolean expected");
        assertThatThrownBy(() -> Conversion.toJava("BLUE", Colour.class)).hasMessage("str given, Colour expected");
    }

    @Test
    void recordsAreMadeOfObjectsAndObjectsOfRecords() {
        Object json = Map.of("inner", List.of(Map.of("name", "n", "size", 3L)), "counts", Map.of("a", 1L));
        Outer outer = new Outer(List.of(new Inner("n", Optional.of(3))), Map.of("a", 1L));

        assertThat(Conversion.toJava(json, Outer.class)).isEqualTo(outer);
        assertThat(Conversion.toJson(new Inner("n", Optional.empty())))
                .asString()
                .isEqualTo("{name=n, size=null}");
        assertThat(Conversion.toJson(outer))
                .isEqualTo(Map.of("inner", List.of(Map.of("name", "n", "size", 3)), "counts", Map.of("a", 1L)));
    }

    @Test
    void typesHaveTheirNamesInPython() {
        assertThat(List.of(
                        Conversion.pythonType(int.class),
                        Conversion.pythonType(String.class),
                        Conversion.pythonType(Double.class),
                        Conversion.pythonType(boolean.class),
                        Conversion.pythonType(ArrayList.class),
                        Conversion.pythonType(Map.class),
                        Conversion.pythonType(Inner.class),
                        Conversion.pythonType(Object.class)))
                .containsExactly("int", "str", "float", "bool", "list", "dict", "dict", "");
    }
}
