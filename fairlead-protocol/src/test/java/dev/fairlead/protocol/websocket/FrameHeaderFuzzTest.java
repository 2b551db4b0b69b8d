// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Whatever stands where frames should, cut wherever it is. */
class FrameHeaderFuzzTest {

    private static final int LIMIT = 4096;

    /** The first byte says who sends, and how the rest is cut. */
    @FuzzTest
    void anyBytesAreFramesOrBreakARule(byte[] input) {
        if (input.length > 0) {
            areFramesOrBreakARule(
                    Arrays.copyOfRange(input, 1, input.length), (input[0] & 1) != 0, (input[0] & 2) != 0, input[0]);
        }
    }

    static void areFramesOrBreakARule(byte[] wire, boolean ofClient, boolean reservedBits, long cuts) {
        List<String> atOnce = heard(wire, ofClient, reservedBits, wire.length + 1, new Random(cuts));
        assertThat(heard(wire, ofClient, reservedBits, 1, new Random(cuts))).isEqualTo(atOnce);
        assertThat(heard(wire, ofClient, reservedBits, 2 + new Random(cuts).nextInt(40), new Random(cuts)))
                .isEqualTo(atOnce);
    }

    /**
     * {@return what a reader tells, down to the violation that ends it}
     *
     * @param most the longest piece that is read at once
     */
    static List<String> heard(byte[] wire, boolean ofClient, boolean reservedBits, int most, Random random) {
        FrameHeaderReader header = ofClient ? FrameHeaderReader.ofClientFrames() : FrameHeaderReader.ofServerFrames();
        if (reservedBits) {
            header.allowReservedBits();
        }
        Heard heard = new Heard();
        MessageReader reader = new MessageReader(header, LIMIT, heard);
        ByteBuffer in = ByteBuffer.wrap(wire.clone()).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (int at = 0; at < wire.length; ) {
                int to = most > wire.length ? wire.length : Math.min(wire.length, at + 1 + random.nextInt(most));
                reader.read(in, at, to);
                at = to;
            }
        } catch (ProtocolViolation violation) {
            assertThat(violation.status().code())
                    .isIn(CloseStatus.PROTOCOL_ERROR, CloseStatus.INVALID_DATA, CloseStatus.TOO_BIG);
            heard.lines.add("violation " + violation.status());
        }
        return heard.lines;
    }

    /** Writes down what it is told. */
    private static final class Heard implements MessageReader.Sink {

        private final List<String> lines = new ArrayList<>();

        @Override
        public void onText(String text) {
            lines.add("text " + text);
        }

        @Override
        public void onBinary(byte[] message) {
            lines.add("binary " + HexFormat.of().formatHex(message));
        }

        @Override
        public void onPing(byte[] payload) {
            lines.add("ping " + HexFormat.of().formatHex(payload));
        }

        @Override
        public void onPong(byte[] payload) {
            lines.add("pong " + HexFormat.of().formatHex(payload));
        }

        @Override
        public void onClose(CloseStatus status) {
            lines.add("close " + status);
        }
    }
}
