// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, section 5.4: a message need not be held to be passed on. */
class PartReaderTest {

    private final List<String> heard = new ArrayList<>();
    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final PartReader reader = new PartReader(FrameHeaderReader.ofServerFrames(), new PartReader.Sink() {
        @Override
        public void onFrame(int opcode, long length) {
            heard.add("frame " + opcode + " of " + length);
        }

        @Override
        public void onPart(int opcode, ByteBuffer in, int from, int to, boolean last) {
            byte[] part = new byte[to - from];
            in.get(from, part);
            heard.add(opcode + " " + new String(part, StandardCharsets.ISO_8859_1) + (last ? "." : ""));
        }

        @Override
        public void onPing(byte[] payload) {
            heard.add("ping " + new String(payload, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onClose(CloseStatus status) {
            heard.add("close " + status.code());
        }
    });

    private void frame(int first, String payload) {
        wire.writeBytes(FrameWriter.serverFrame(first, payload.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void reads(int piece) {
        ByteBuffer in = ByteBuffer.wrap(wire.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < in.capacity(); at += piece) {
            reader.read(in, at, Math.min(in.capacity(), at + piece));
        }
    }

    @Test
    void framesArePartsWithTheKindOfTheirMessage() {
        frame(0x02, "ab");
        frame(0x89, "hey");
        frame(0x00, "c");
        frame(0x80, "");
        frame(0x81, "text");
        frame(0x88, "\u0003\u00e8");
        frame(0x81, "after the close");

        reads(1000);

        assertThat(heard)
                .containsExactly(
                        "frame 2 of 2",
                        "2 ab",
                        "ping hey",
                        "frame 2 of 1",
                        "2 c",
                        "frame 2 of 0",
                        "2 .",
                        "frame 1 of 4",
                        "1 text.",
                        "close 1000");
    }

    @Test
    void partsLeaveBeforeTheirFrameIsThere() {
        frame(0x82, "abcd");

        reads(3);

        assertThat(heard).containsExactly("frame 2 of 4", "2 a", "2 bcd.");
    }

    @Test
    void emptyFrameInTheMiddleIsNoPart() {
        frame(0x02, "");
        frame(0x00, "");
        frame(0x80, "");

        reads(1);

        assertThat(heard).containsExactly("frame 2 of 0", "frame 2 of 0", "frame 2 of 0", "2 .");
    }

    @Test
    void lastWordMayComeWithinAMessage() {
        frame(0x02, "ab");
        frame(0x88, "\u0003\u00e8");

        reads(1000);

        assertThat(heard).containsExactly("frame 2 of 2", "2 ab", "close 1000");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 100})
    void frameThatBreaksARuleIsToldAsSuch(int piece) {
        frame(0x80, "continues nothing");

        assertThatThrownBy(() -> reads(piece)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void lengthBeyondAllMemoryIsNoMatterUntilItComes() {
        wire.writeBytes(new byte[] {(byte) 0x82, 127, 0x7F, -1, -1, -1, -1, -1, -1, -1, 'a'});

        reads(1000);

        assertThat(heard).containsExactly("frame 2 of " + Long.MAX_VALUE, "2 a");
    }

    @Test
    void whoStopsAtAMessageReadsTheRestLater() {
        frame(0x82, "one");
        frame(0x82, "two");
        frame(0x88, "");
        frame(0x82, "after the close");
        ByteBuffer in = ByteBuffer.wrap(wire.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> ends = new ArrayList<>();
        PartReader[] stopped = new PartReader[1];
        stopped[0] = new PartReader(FrameHeaderReader.ofServerFrames(), new PartReader.Sink() {
            @Override
            public void onPart(int opcode, ByteBuffer part, int from, int to, boolean last) {
                ends.add(to);
                stopped[0].stop();
            }

            @Override
            public void onPing(byte[] payload) {}

            @Override
            public void onClose(CloseStatus status) {}
        });

        int first = stopped[0].read(in, 0, in.capacity());
        int second = stopped[0].read(in, first, in.capacity());
        int third = stopped[0].read(in, second, in.capacity());

        assertThat(ends).containsExactly(first, second);
        assertThat(third).as("what follows a Close is passed over").isEqualTo(in.capacity());
    }
}
