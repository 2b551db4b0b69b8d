// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Mask;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Whatever a joined client sends, cut wherever it is: the other one is sent the same messages, or as much as was legal. */
class FrameRewriterFuzzTest {

    /** The first byte says whether an extension was agreed, and how the rest is cut. */
    @FuzzTest
    void anyFramesArriveAsTheSameMessages(byte[] input) {
        if (input.length > 0) {
            arriveAsTheSameMessages(Arrays.copyOfRange(input, 1, input.length), (input[0] & 1) != 0, input[0]);
        }
    }

    static void arriveAsTheSameMessages(byte[] wire, boolean reservedBits, long cuts) {
        List<String> meant = read(wire, FrameHeaderReader.ofClientFrames(), reservedBits);
        assertThat(rewritten(wire, reservedBits, wire.length + 1, new Random(cuts)))
                .isEqualTo(meant);
        assertThat(rewritten(wire, reservedBits, 1 + wire.length / 100, new Random(cuts)))
                .isEqualTo(meant);
        assertThat(rewritten(wire, reservedBits, 2 + new Random(cuts).nextInt(60 + wire.length / 2), new Random(cuts)))
                .isEqualTo(meant);
    }

    /** {@return what the other side reads, with the control frames that were told of and the violation, if there was one} */
    private static List<String> rewritten(byte[] wire, boolean reservedBits, int most, Random random) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        LoopBuffer loop = new LoopBuffer(allocator);
        Other other = new Other();
        FrameRewriter rewriter = new FrameRewriter(loop, other, reservedBits);
        String end = "";
        try {
            for (int at = 0; at < wire.length && !other.closed; ) {
                ByteBuf in = loop.take();
                int from = in.writerIndex();
                int count = Math.min(Math.min(most, in.writableBytes()), wire.length - at);
                in.writeBytes(wire, at, most > wire.length ? count : 1 + random.nextInt(count));
                at += in.writerIndex() - from;
                try {
                    rewriter.rewrite(in, from, in.writerIndex());
                } finally {
                    in.release();
                }
            }
        } catch (ProtocolViolation violation) {
            end = "violation " + violation.status();
        } finally {
            loop.close();
            assertThat(allocator.metric().usedDirectMemory())
                    .as("bytes of buffers that nobody released")
                    .isZero();
        }
        List<String> heard = read(other.wire.toByteArray(), FrameHeaderReader.ofServerFrames(), reservedBits);
        if (!end.isEmpty()) {
            heard.add(end);
        }
        return heard;
    }

    /** {@return the messages of a stream, fragments joined, down to a Close, a violation or what has come of the last one} */
    private static List<String> read(byte[] wire, FrameHeaderReader header, boolean reservedBits) {
        if (reservedBits) {
            header.allowReservedBits();
        }
        ByteBuffer in = ByteBuffer.wrap(wire.clone()).order(ByteOrder.LITTLE_ENDIAN);
        List<String> heard = new ArrayList<>();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        String kind = "";
        try {
            for (int at = header.read(in, 0, wire.length); at >= 0; at = header.read(in, at, wire.length)) {
                int length = (int) Math.min(header.length(), wire.length - at);
                Mask.apply(in, at, at + length, header.key(), 0);
                byte[] payload = Arrays.copyOfRange(in.array(), at, at + length);
                at += length;
                if (Opcode.isControl(header.opcode())) {
                    if (length < header.length()) {
                        break;
                    }
                    heard.add(header.opcode() + " " + HexFormat.of().formatHex(payload));
                    if (header.opcode() == Opcode.CLOSE) {
                        return heard;
                    }
                    continue;
                }
                if (header.opcode() != Opcode.CONTINUATION) {
                    kind = header.opcode() + " " + header.reservedBits() + " ";
                }
                // A continuation may bear reserved bits, too; they belong to its extension.
                kind += header.opcode() == Opcode.CONTINUATION && header.reservedBits() != 0 && length > 0
                        ? "(" + header.reservedBits() + " at " + message.size() + ") "
                        : "";
                message.writeBytes(payload);
                if (length == header.length() && header.isFinal()) {
                    heard.add(kind + HexFormat.of().formatHex(message.toByteArray()));
                    message.reset();
                    kind = "";
                }
            }
        } catch (ProtocolViolation violation) {
            unfinished(heard, kind, message);
            heard.add("violation " + violation.status());
            return heard;
        }
        unfinished(heard, kind, message);
        return heard;
    }

    private static void unfinished(List<String> heard, String kind, ByteArrayOutputStream message) {
        if (message.size() > 0) {
            heard.add("begun: " + kind + HexFormat.of().formatHex(message.toByteArray()));
        }
    }

    /** The other side: writes down what goes to it, with the control frames where they stood. */
    private static final class Other implements FrameRewriter.Outlet {

        private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
        private boolean closed;

        @Override
        public void pass(ByteBuf frames) {
            wire.writeBytes(ByteBufUtil.getBytes(frames));
            frames.release();
        }

        @Override
        public boolean heard(int opcode, byte[] payload) {
            wire.writeBytes(FrameWriter.serverFrame(FrameWriter.FINAL | opcode, payload));
            closed = opcode == Opcode.CLOSE;
            return !closed;
        }
    }
}
