// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.bus.BusMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import net.razorvine.pyro.Message;

/** Whatever stands where a message to a member should: its frame, its pickle or literal, and its envelope. */
class PyroMessageFuzzTest {

    private static final PyroTerms TERMS = PyroTerms.DEFAULT.withLimits(Duration.ofSeconds(1), 64 << 10);
    private static final Notation PICKLE = Notation.of(TERMS);
    private static final Notation SERPENT = Notation.of(TERMS.withSerializer(PyroTerms.Serializer.SERPENT));
    private static final Envelopes ENVELOPES = new Envelopes(TERMS);

    @FuzzTest
    void anyBytesAreAMessageOrAreRefused(byte[] input) {
        try {
            Message message = Line.message(new ByteArrayInputStream(input), TERMS.largestMessage());
            assertThat(message.data.length).isLessThanOrEqualTo(input.length);
        } catch (Unreadable | IOException refused) {
            // so it is
        }
        isReadOrIsRefused(PICKLE, input);
        isReadOrIsRefused(SERPENT, input);
    }

    private static void isReadOrIsRefused(Notation notation, byte[] input) {
        try {
            Object value = notation.read(input, input.length % 2 == 0);
            if (!(value instanceof Map<?, ?>)) {
                value = Map.of("type", "t", "sender", "service.Lab", "content", value == null ? "" : value);
            }
            BusMessage message = ENVELOPES.read(value, input.length);
            String json = message.content().json();
            assertThat(ENVELOPES
                            .read(ENVELOPES.written(message), TERMS.largestMessage())
                            .content()
                            .json())
                    .isEqualTo(json);
        } catch (Unreadable refused) {
            assertThat(refused.getMessage()).hasSizeLessThan(400);
        }
    }
}
