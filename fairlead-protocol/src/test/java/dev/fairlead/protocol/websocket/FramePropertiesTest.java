// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.trials.Trials;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all frames, wherever the stream is cut. */
class FramePropertiesTest {

    private static final int KEY = 0x5A17_C3E9;

    @Test
    void anyBytesAreFramesOrBreakARule() {
        Trials.of(
                5_000,
                random -> FrameHeaderFuzzTest.areFramesOrBreakARule(
                        Trials.bytes(random, 300), random.nextBoolean(), random.nextBoolean(), random.nextLong()));
    }

    @Test
    void damagedFramesAreFramesOrBreakARule() {
        Trials.of(3_000, random -> {
            boolean ofClient = random.nextBoolean();
            byte[] wire = conversation(random, ofClient, new ArrayList<>());
            for (int i = 0; i < 3 && wire.length > 0; i++) {
                wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));
            }

            FrameHeaderFuzzTest.areFramesOrBreakARule(wire, ofClient, random.nextBoolean(), random.nextLong());
        });
    }

    @Test
    void messagesAreReadAsTheyWereWrittenWhereverTheyAreCut() {
        Trials.of(2_000, random -> {
            boolean ofClient = random.nextBoolean();
            List<String> said = new ArrayList<>();
            byte[] wire = conversation(random, ofClient, said);

            for (int most : new int[] {1, 7, 100, wire.length + 1}) {
                assertThat(FrameHeaderFuzzTest.heard(wire, ofClient, false, most, random))
                        .isEqualTo(said);
            }
        });
    }

    @Test
    void headerIsReadAsItWasWritten() {
        Trials.of(5_000, random -> {
            int first = FrameWriter.FINAL | (random.nextBoolean() ? Opcode.TEXT : Opcode.BINARY);
            long length = random.nextLong() >>> (1 + random.nextInt(63));
            ByteBuffer out = ByteBuffer.allocate(FrameHeaderReader.MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);

            int end = FrameWriter.header(out, 0, first, length);

            FrameHeaderReader reader = FrameHeaderReader.ofServerFrames();
            assertThat(end).isEqualTo(FrameWriter.headerBytes(length));
            assertThat(reader.read(out, 0, random.nextBoolean() ? end : FrameHeaderReader.MAX_BYTES))
                    .isEqualTo(end);
            assertThat(reader.length()).isEqualTo(length);
            assertThat(reader.opcode()).isEqualTo(first & 0x0F);
        });
    }

    @Test
    void textIsUtf8ForTheCheckIfItIsForTheLibraryWhereverItIsCut() {
        Trials.of(5_000, random -> {
            byte[] bytes = random.nextBoolean()
                    ? Trials.bytes(random, 6)
                    : Trials.text(random)
                            .getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.UTF_16);

            boolean accepted = true;
            Utf8Check check = new Utf8Check();
            try {
                for (int at = 0; at < bytes.length; ) {
                    int to = at + 1 + random.nextInt(bytes.length - at);
                    check.take(bytes, at, to);
                    at = to;
                }
                check.end();
            } catch (ProtocolViolation violation) {
                accepted = false;
            }

            assertThat(accepted).as(HexFormat.of().formatHex(bytes)).isEqualTo(isUtf8(bytes));
        });
    }

    @Test
    void closeStatusIsReadAsItWasWrittenAndAnyTextFitsOne() {
        Trials.of(3_000, random -> {
            int code = 3_000 + random.nextInt(2_000);
            String reason = Trials.text(random).repeat(1 + random.nextInt(20));

            CloseStatus status = CloseStatus.clipped(code, reason);

            assertThat(CloseStatus.read(ByteBuffer.wrap(status.payload()))).isEqualTo(status);
        });
    }

    @Test
    void maskingTwiceChangesNothingWhereverItIsCut() {
        Trials.of(3_000, random -> {
            byte[] bytes = Trials.bytes(random, 100);
            int key = random.nextInt();
            byte[] masked = bytes.clone();
            Mask.apply(masked, key);

            ByteBuffer pieces = ByteBuffer.wrap(masked).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 0; at < bytes.length; ) {
                int to = at + 1 + random.nextInt(bytes.length - at);
                Mask.apply(pieces, at, to, key, at);
                at = to;
            }

            assertThat(masked).isEqualTo(bytes);
        });
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)) != null;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** {@return messages in fragments of all sizes, with control frames between} */
    private static byte[] conversation(Random random, boolean ofClient, List<String> said) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int messages = random.nextInt(6); messages > 0; messages--) {
            boolean text = random.nextBoolean();
            byte[] message = text
                    ? Trials.wholeText(random).repeat(1 + random.nextInt(20)).getBytes(StandardCharsets.UTF_8)
                    : Trials.bytes(random, random.nextBoolean() ? 400 : 10);
            int opcode = text ? Opcode.TEXT : Opcode.BINARY;
            for (int at = 0; ; ) {
                int length = random.nextInt(message.length - at + 1);
                boolean last = at + length == message.length && random.nextBoolean();
                wire.writeBytes(frame((last ? FrameWriter.FINAL : 0) | opcode, message, at, length, ofClient));
                at += length;
                opcode = Opcode.CONTINUATION;
                if (last) {
                    break;
                }
                if (random.nextInt(4) == 0) {
                    byte[] ping = Trials.bytes(random, CloseStatus.MAX_CONTROL_BYTES);
                    wire.writeBytes(frame(FrameWriter.FINAL | Opcode.PING, ping, 0, ping.length, ofClient));
                    said.add("ping " + HexFormat.of().formatHex(ping));
                }
            }
            said.add(
                    text
                            ? "text " + new String(message, StandardCharsets.UTF_8)
                            : "binary " + HexFormat.of().formatHex(message));
        }
        if (random.nextBoolean()) {
            CloseStatus status = CloseStatus.clipped(CloseStatus.NORMAL, Trials.wholeText(random));
            byte[] payload = status.payload();
            wire.writeBytes(frame(FrameWriter.FINAL | Opcode.CLOSE, payload, 0, payload.length, ofClient));
            said.add("close " + status);
        }
        return wire.toByteArray();
    }

    private static byte[] frame(int first, byte[] payload, int offset, int length, boolean ofClient) {
        if (ofClient) {
            return FrameWriter.clientFrame(first, payload, offset, length, KEY);
        }
        byte[] piece = new byte[length];
        System.arraycopy(payload, offset, piece, 0, length);
        return FrameWriter.serverFrame(first, piece);
    }
}
