// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPatternTest {

    @ParameterizedTest
    @CsvSource({
        "lab.#, lab, true",
        "lab.#, lab.x.y, true",
        "lab.#, labs, false",
        "#, anything.at.all, true",
        "*.orders, new.orders, true",
        "*.orders, orders, false",
        "a.#.z, a.z, true",
        "a.#.z, a.b.c.z, true",
        "a.#.z, a.b.c, false",
        "hello, hello, true",
        "hello, hello.you, false"
    })
    void topicsMatchAsTheBrokersDo(String pattern, String topic, boolean matches) {
        assertThat(new TopicPattern(pattern).matches(topic)).isEqualTo(matches);
    }
}
