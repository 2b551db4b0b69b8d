// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a client sends in a conversation, compressed or not, cut and paused wherever it is: the same is told of it, no
 * message is longer than the limit, and nothing but a violation is thrown.
 */
class TalkReaderFuzzTest {

    private static final int LONGEST = 2_000;

    /** The first byte says how the rest is cut, and whether compression was agreed. */
    @FuzzTest
    void anyFramesAreToldTheSameHoweverTheyAreCut(byte[] input) {
        if (input.length > 0) {
            areToldTheSameHoweverTheyAreCut(Arrays.copyOfRange(input, 1, input.length), (input[0] & 1) == 0, input[0]);
        }
    }

    static void areToldTheSameHoweverTheyAreCut(byte[] wire, boolean compressed, long cuts) {
        try (LoopDeflate deflate = new LoopDeflate()) {
            List<String> atOnce = told(wire, compressed ? deflate : null, wire.length + 1, null);
            Random random = new Random(cuts);
            assertThat(told(wire, compressed ? deflate : null, 1 + random.nextInt(1 + wire.length), random))
                    .isEqualTo(atOnce);
            assertThat(told(wire, compressed ? deflate : null, 1 + wire.length / 100, random))
                    .isEqualTo(atOnce);
        }
    }

    /**
     * {@return what the reader tells}
     *
     * @param pauses says whether the reader is stopped at a message; null for never
     */
    private static List<String> told(byte[] wire, @Nullable LoopDeflate deflate, int most, @Nullable Random pauses) {
        Told told = new Told(pauses);
        TalkReader reader = new TalkReader(LONGEST, deflate, told);
        told.reader = reader;
        byte[] bytes = wire.clone();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (int from = 0; from < bytes.length; from += most) {
                int to = Math.min(bytes.length, from + most);
                for (int at = from; at < to; ) {
                    int next = reader.read(in, at, to);
                    assertThat(next).as("where it stopped").isGreaterThan(at);
                    at = next;
                }
            }
        } catch (ProtocolViolation violation) {
            told.all.add("violation " + violation.status());
        }
        return told.all;
    }

    /** Writes down what it is told. */
    private static final class Told implements TalkReader.Sink {

        private final List<String> all = new ArrayList<>();
        private final @Nullable Random pauses;
        private TalkReader reader;

        Told(@Nullable Random pauses) {
            this.pauses = pauses;
        }

        private void tell(String what, int bytes) {
            assertThat(bytes).isLessThanOrEqualTo(LONGEST);
            all.add(what);
            if (pauses != null && pauses.nextBoolean()) {
                reader.stop();
            }
        }

        @Override
        public void onText(String text) {
            tell("text " + text, text.getBytes(StandardCharsets.UTF_8).length);
        }

        @Override
        public void onBinary(byte[] message) {
            tell("binary " + HexFormat.of().formatHex(message), message.length);
        }

        @Override
        public void onPing(byte[] payload) {
            tell("ping " + HexFormat.of().formatHex(payload), payload.length);
        }

        @Override
        public void onClose(CloseStatus status) {
            all.add("close " + status);
        }
    }
}
