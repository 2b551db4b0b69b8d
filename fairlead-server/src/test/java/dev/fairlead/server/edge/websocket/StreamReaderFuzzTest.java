// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.Mask;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import dev.fairlead.protocol.websocket.Utf8Check;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Whatever a client sends, cut wherever it is: the same is told of it, each byte as soon as it is there. */
class StreamReaderFuzzTest {

    private static final int LONGEST_TEXT = 300;

    /** The first byte says how the rest is cut. */
    @FuzzTest
    void anyFramesAreToldAsTheirMessages(byte[] input) {
        if (input.length > 0) {
            areToldAsTheirMessages(Arrays.copyOfRange(input, 1, input.length), input[0]);
        }
    }

    static void areToldAsTheirMessages(byte[] wire, long cuts) {
        List<String> meant = meant(wire);
        assertThat(told(wire, wire.length + 1, new Random(cuts))).isEqualTo(meant);
        assertThat(told(wire, 1 + wire.length / 100, new Random(cuts))).isEqualTo(meant);
        assertThat(told(wire, 2 + new Random(cuts).nextInt(60 + wire.length / 2), new Random(cuts)))
                .isEqualTo(meant);
    }

    /** {@return what the reader tells, parts put together, with what has come of the last message} */
    private static List<String> told(byte[] wire, int most, Random random) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        LoopBuffer loop = new LoopBuffer(allocator);
        Told told = new Told();
        StreamReader reader = new StreamReader(LONGEST_TEXT, told);
        try {
            for (int at = 0; at < wire.length && !told.closed; ) {
                ByteBuf in = loop.take();
                int from = in.writerIndex();
                int count = Math.min(Math.min(most, in.writableBytes()), wire.length - at);
                in.writeBytes(wire, at, most > wire.length ? count : 1 + random.nextInt(count));
                at += in.writerIndex() - from;
                try {
                    reader.read(in, loop.view());
                } finally {
                    in.release();
                }
            }
        } catch (ProtocolViolation violation) {
            told.all.add("violation " + violation.status());
        } finally {
            loop.close();
            assertThat(allocator.metric().usedDirectMemory())
                    .as("bytes of buffers that nobody released")
                    .isZero();
        }
        told.all.add("begun " + HexFormat.of().formatHex(told.message.toByteArray()));
        return told.all;
    }

    /** {@return what the stream says, read frame by frame} */
    private static List<String> meant(byte[] wire) {
        FrameHeaderReader header = FrameHeaderReader.ofClientFrames();
        ByteBuffer in = ByteBuffer.wrap(wire.clone()).order(ByteOrder.LITTLE_ENDIAN);
        List<String> meant = new ArrayList<>();
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Utf8Check utf8 = new Utf8Check();
        boolean inText = false;
        try {
            for (int at = header.read(in, 0, wire.length); at >= 0; at = header.read(in, at, wire.length)) {
                int opcode = header.opcode();
                inText = opcode == Opcode.TEXT || (inText && opcode != Opcode.BINARY);
                if (inText && !Opcode.isControl(opcode) && text.size() + header.length() > LONGEST_TEXT) {
                    throw new ProtocolViolation(
                            CloseStatus.TOO_BIG, "a text message holds at most " + LONGEST_TEXT + " bytes here");
                }
                int length = (int) Math.min(header.length(), wire.length - at);
                Mask.apply(in, at, at + length, header.key(), 0);
                byte[] payload = Arrays.copyOfRange(in.array(), at, at + length);
                at += length;
                boolean whole = length == header.length();
                if (Opcode.isControl(opcode)) {
                    if (whole && opcode == Opcode.CLOSE) {
                        meant.add("close " + CloseStatus.read(ByteBuffer.wrap(payload)));
                        break;
                    }
                    if (whole && opcode == Opcode.PING) {
                        meant.add("ping " + HexFormat.of().formatHex(payload));
                    }
                } else if (inText) {
                    utf8.take(payload, 0, length);
                    text.writeBytes(payload);
                    if (whole && header.isFinal()) {
                        utf8.end();
                        utf8 = new Utf8Check();
                        meant.add("text " + text.toString(StandardCharsets.UTF_8));
                        text.reset();
                    }
                } else {
                    binary.writeBytes(payload);
                    if (whole && header.isFinal()) {
                        meant.add("binary " + HexFormat.of().formatHex(binary.toByteArray()));
                        binary.reset();
                    }
                }
            }
        } catch (ProtocolViolation violation) {
            meant.add("violation " + violation.status());
        }
        meant.add("begun " + HexFormat.of().formatHex(binary.toByteArray()));
        return meant;
    }

    /** Writes down what it is told. */
    private static final class Told implements StreamReader.Sink {

        private final List<String> all = new ArrayList<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private boolean closed;

        @Override
        public void onText(String text) {
            all.add("text " + text);
        }

        @Override
        public void onBinary(ByteBuf part, boolean last) {
            assertThat(part.isReadable() || last).as("a part brings something").isTrue();
            message.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
            if (last) {
                all.add("binary " + HexFormat.of().formatHex(message.toByteArray()));
                message.reset();
            }
        }

        @Override
        public void onPing(byte[] payload) {
            all.add("ping " + HexFormat.of().formatHex(payload));
        }

        @Override
        public void onClose(CloseStatus status) {
            all.add("close " + status);
            closed = true;
        }
    }
}
