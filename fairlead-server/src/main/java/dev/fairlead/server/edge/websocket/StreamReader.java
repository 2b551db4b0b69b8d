// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.PartReader;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import dev.fairlead.protocol.websocket.Utf8Check;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the messages of one client where they lie: payloads are unmasked in place; what has come of a binary message is
 * told at once, in slices, however its frames are cut; a text message is told when it is whole. Holds nothing but a text
 * that is not. Answers nothing.
 *
 * <p>One instance for each connection; confined to its event loop.
 */
final class StreamReader {

    /** Takes what was read, in order. */
    interface Sink {

        /** A whole text message. */
        void onText(String text);

        /**
         * A part of a binary message. Empty only if the message ends with it.
         *
         * @param part the callee's to release
         * @param last whether the message ends with it
         */
        void onBinary(ByteBuf part, boolean last);

        /** A ping, to be answered with a pong of the same payload. */
        void onPing(byte[] payload);

        /** The peer's last word, maybe within a message; what follows is not read. */
        void onClose(CloseStatus status);
    }

    private final int longestText;
    private final Sink sink;
    private final PartReader frames = new PartReader(FrameHeaderReader.ofClientFrames(), new Frames());

    private ByteArrayOutputStream text = new ByteArrayOutputStream(0);
    private Utf8Check utf8 = new Utf8Check();

    /** What is being read. */
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    /**
     * Reads from the beginning of a stream of frames.
     *
     * @param longestText the longest text message in bytes; one byte more is a violation with {@link CloseStatus#TOO_BIG}
     */
    StreamReader(int longestText, Sink sink) {
        this.longestText = longestText;
        this.sink = sink;
    }

    /**
     * Takes the next bytes, and tells of all that they bring.
     *
     * @param read what is readable of it; borrowed, and overwritten
     * @param in the same bytes from index 0 on, little-endian; borrowed
     * @throws ProtocolViolation if a frame or a text breaks a rule; all before it was told, and nothing may follow
     */
    void read(ByteBuf read, ByteBuffer in) {
        bytes = read;
        try {
            frames.read(in, read.readerIndex(), read.writerIndex());
        } finally {
            bytes = Unpooled.EMPTY_BUFFER;
        }
    }

    private final class Frames implements PartReader.Sink {

        @Override
        public void onFrame(int opcode, long length) {
            if (opcode == Opcode.TEXT && length > longestText - text.size()) {
                throw new ProtocolViolation(
                        CloseStatus.TOO_BIG, "a text message holds at most " + longestText + " bytes here");
            }
        }

        @Override
        public void onPart(int opcode, ByteBuffer in, int from, int to, boolean last) {
            if (opcode == Opcode.TEXT) {
                collect(in, from, to, last);
            } else {
                sink.onBinary(to > from ? bytes.retainedSlice(from, to - from) : Unpooled.EMPTY_BUFFER, last);
            }
        }

        private void collect(ByteBuffer in, int from, int to, boolean last) {
            byte[] some = new byte[to - from];
            in.get(from, some);
            utf8.take(some, 0, some.length);
            text.writeBytes(some);
            if (last) {
                utf8.end();
                String whole = text.toString(StandardCharsets.UTF_8);
                text = new ByteArrayOutputStream(0);
                utf8 = new Utf8Check();
                sink.onText(whole);
            }
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
