// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.PartReader;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import dev.fairlead.protocol.websocket.Utf8Check;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole messages of what one client sends, decompressed where that was agreed (RFC 7692), and can stop behind any of
 * them. Holds nothing between two messages, and of one that is not whole what has come of it. Answers nothing.
 *
 * <p>One instance for each connection; confined to its event loop.
 */
final class TalkReader {

    /** Takes what was read, in order. */
    interface Sink {

        /** A whole text message. */
        void onText(String text);

        /** A whole binary message; the array is the callee's. */
        void onBinary(byte[] message);

        /** A ping, to be answered with a pong of the same payload. */
        void onPing(byte[] payload);

        /** The peer's last word, maybe within a message; what follows is not read. */
        void onClose(CloseStatus status);
    }

    /** RSV1 on the first frame of a message: it is compressed (RFC 7692, section 6). */
    static final int COMPRESSED = 0x40;

    private static final int LEAST_CAPACITY = 256;

    private final FrameHeaderReader header = FrameHeaderReader.ofClientFrames();
    private final PartReader frames = new PartReader(header, new Frames());
    private final Utf8Check utf8 = new Utf8Check();
    private final int longest;
    private final @Nullable LoopDeflate deflate;
    private final Sink sink;

    /** What has come of a message in several parts. */
    private byte @Nullable [] begun;

    private int begunBytes;
    private boolean compressed;

    /**
     * Reads from the beginning of a stream of frames.
     *
     * @param longest the longest message in bytes, decompressed; one byte more is a violation with
     *     {@link CloseStatus#TOO_BIG}
     * @param deflate of the event loop, if permessage-deflate was agreed; else null
     */
    TalkReader(int longest, @Nullable LoopDeflate deflate, Sink sink) {
        this.longest = longest;
        this.deflate = deflate;
        this.sink = sink;
        if (deflate != null) {
            header.allowReservedBits();
        }
    }

    /**
     * Takes the next bytes, and tells of each message that they complete.
     *
     * @param in little-endian; overwritten; its position and limit are neither used nor changed
     * @return the index up to which it was read: {@code to}, unless the sink {@linkplain #stop() stopped} it before
     * @throws ProtocolViolation if the client broke a rule; all before it was told, and nothing may follow
     */
    int read(ByteBuffer in, int from, int to) {
        return frames.read(in, from, to);
    }

    /** Reads nothing beyond the message that the sink is being told of. */
    void stop() {
        frames.stop();
    }

    private final class Frames implements PartReader.Sink {

        @Override
        public void onFrame(int opcode, long length) {
            boolean first = header.opcode() != Opcode.CONTINUATION;
            int bits = header.reservedBits();
            if (first) {
                compressed = bits == COMPRESSED;
            }
            if (bits != 0 && !(first && compressed)) {
                throw new ProtocolViolation(
                        CloseStatus.PROTOCOL_ERROR, "a reserved bit is set that has no meaning there");
            }
            long most = compressed ? LoopDeflate.longestCompressed(longest) : longest;
            if (length > most - begunBytes) {
                throw tooLong(begunBytes + length, most);
            }
        }

        private static ProtocolViolation tooLong(long length, long most) {
            // The highest length on the wire and what came before it are more than a long holds.
            String found = length < 0 ? "?" : Long.toString(length);
            return new ProtocolViolation(CloseStatus.TOO_BIG, "over size limit (" + found + " > " + most + " bytes)");
        }

        @Override
        public void onPart(int opcode, ByteBuffer in, int from, int to, boolean last) {
            if (last && begun == null) { // most messages come in one piece
                if (compressed) {
                    tellCompressed(opcode, in.slice(from, to - from));
                } else {
                    byte[] whole = new byte[to - from];
                    in.get(from, whole);
                    check(opcode, whole, 0, whole.length);
                    tell(opcode, whole);
                }
                return;
            }
            byte[] into = roomFor(to - from);
            in.get(from, into, begunBytes, to - from);
            int before = begunBytes;
            begunBytes += to - from;
            if (!compressed) {
                check(opcode, into, before, begunBytes);
            }
            if (last) {
                int count = begunBytes;
                begun = null;
                begunBytes = 0;
                if (compressed) {
                    tellCompressed(opcode, ByteBuffer.wrap(into, 0, count));
                } else {
                    tell(opcode, Arrays.copyOf(into, count));
                }
            }
        }

        /** Grows with what comes, and not with what a header promises. */
        private byte[] roomFor(int more) {
            int needed = begunBytes + more;
            byte[] has = begun;
            if (has == null || has.length < needed) {
                int capacity = Math.max(LEAST_CAPACITY, has == null ? needed : Math.max(needed, 2 * has.length));
                has = has == null ? new byte[capacity] : Arrays.copyOf(has, capacity);
                begun = has;
            }
            return has;
        }

        private void tellCompressed(int opcode, ByteBuffer message) {
            if (deflate != null) { // else the header is refused
                byte[] whole = deflate.inflate(message, longest);
                check(opcode, whole, 0, whole.length);
                tell(opcode, whole);
            }
        }

        private void check(int opcode, byte[] bytes, int from, int to) {
            if (opcode == Opcode.TEXT) {
                utf8.take(bytes, from, to);
            }
        }

        private void tell(int opcode, byte[] whole) {
            if (opcode == Opcode.BINARY) {
                sink.onBinary(whole);
                return;
            }
            utf8.end();
            sink.onText(new String(whole, StandardCharsets.UTF_8));
        }

        @Override
        public void onPing(byte[] payload) {
            sink.onPing(payload);
        }

        @Override
        public void onClose(CloseStatus status) {
            sink.onClose(status);
        }
    }
}
