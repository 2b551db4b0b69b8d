// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.mesh.wire.Envelope;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServedMethodsTest {

    public static final class Clock {
        @MeshMethod(name = "time")
        public String now(
                @Param(value = "zone", defaultValue = "\"UTC\"") String zone,
                Optional<Integer> digits,
                MeshContext who) {
            return zone + digits.orElse(0) + who.traceId();
        }

        public String secret() {
            return "not served";
        }
    }

    public static final class Twice {
        @MeshMethod(name = "same")
        public void one() {}

        @MeshMethod(name = "same")
        public void other() {}
    }

    public static final class Private {
        @MeshMethod(name = "_mine")
        public void mine() {}
    }

    public static final class Shy {
        @MeshMethod
        void shy() {}
    }

    private final MeshContext context = new MeshContext(Envelope.ofEvent("c", "T"), Map.of(), Map.of(), false);

    @Test
    void argumentsComeByNameOrByDefault() throws Throwable {
        ServedMethods.Served time = new ServedMethods(new Clock()).find("time").orElseThrow();

        assertThat(time.call(time.arguments(Map.of(), context))).isEqualTo("UTC0T");
        assertThat(time.call(time.arguments(Map.of("zone", "CET", "digits", 3L), context)))
                .isEqualTo("CET3T");
    }

    @Test
    void unknownArgumentIsRefused() {
        ServedMethods.Served time = new ServedMethods(new Clock()).find("time").orElseThrow();

        assertThatThrownBy(() -> time.arguments(Map.of("zon", "CET"), context))
                .hasMessage("time() got an unexpected keyword argument 'zon'");
    }

    @Test
    void onlyAnnotatedMethodsAreServed() {
        assertThat(new ServedMethods(new Clock()).descriptions()).containsOnlyKeys("time");
        assertThat(new ServedMethods(new Clock()).find("secret")).isEmpty();
    }

    @Test
    void methodsThatCannotBeServedAreToldAtTheStart() {
        assertThatThrownBy(() -> new ServedMethods(new Twice())).hasMessageStartingWith("method: same twice");
        assertThatThrownBy(() -> new ServedMethods(new Private())).hasMessageStartingWith("method: _mine (expected:");
        assertThatThrownBy(() -> new ServedMethods(new Shy())).hasMessage("method: shy (expected: a public one)");
    }
}
