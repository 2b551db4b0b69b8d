// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.Mask;
import dev.fairlead.protocol.websocket.Opcode;
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
final class PartReader {

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
    private final FrameHeaderReader header = FrameHeaderReader.ofClientFrames();

    private boolean inFrame;
    private long passed;
    private boolean inText;
    private boolean closed;

    private ByteArrayOutputStream text = new ByteArrayOutputStream(0);
    private Utf8Check utf8 = new Utf8Check();
    private byte[] control = new byte[0];

    /**
     * Reads from the beginning of a stream of frames.
     *
     * @param longestText the longest text message in bytes; one byte more is a violation with {@link CloseStatus#TOO_BIG}
     */
    PartReader(int longestText, Sink sink) {
        this.longestText = longestText;
        this.sink = sink;
    }

    /**
     * Takes the next bytes, and tells of all that they bring.
     *
     * @param bytes what is readable of it; borrowed, and overwritten
     * @param in the same bytes from index 0 on, little-endian; borrowed
     * @throws ProtocolViolation if a frame or a text breaks a rule; all before it was told, and nothing may follow
     */
    void read(ByteBuf bytes, ByteBuffer in) {
        int at = bytes.readerIndex();
        int to = bytes.writerIndex();
        while (!closed) {
            if (!inFrame) {
                at = header.read(in, at, to);
                if (at < 0) {
                    return;
                }
                begin();
            }
            long left = header.length() - passed;
            int take = (int) Math.min(to - at, left);
            if (take == 0 && left > 0) {
                return;
            }
            Mask.apply(in, at, at + take, header.key(), passed);
            inFrame = take < left;
            if (Opcode.isControl(header.opcode())) {
                in.get(at, control, (int) passed, take);
                heard(header.opcode());
            } else if (inText) {
                collect(in, at, take);
            } else if (take > 0 || header.isFinal()) {
                ByteBuf part = take > 0 ? bytes.retainedSlice(at, take) : Unpooled.EMPTY_BUFFER;
                sink.onBinary(part, !inFrame && header.isFinal());
            }
            passed += take;
            at += take;
        }
    }

    private void begin() {
        inFrame = true;
        passed = 0;
        int opcode = header.opcode();
        if (Opcode.isControl(opcode)) {
            control = new byte[(int) header.length()];
            return;
        }
        if (opcode != Opcode.CONTINUATION) {
            inText = opcode == Opcode.TEXT;
        }
        if (inText && header.length() > longestText - text.size()) {
            throw new ProtocolViolation(
                    CloseStatus.TOO_BIG, "a text message holds at most " + longestText + " bytes here");
        }
    }

    private void heard(int opcode) {
        if (inFrame) {
            return;
        }
        switch (opcode) {
            case Opcode.PING -> sink.onPing(control);
            case Opcode.CLOSE -> {
                closed = true;
                sink.onClose(CloseStatus.read(ByteBuffer.wrap(control)));
            }
            default -> {
                // A pong says only that its sender lives, which any frame says.
            }
        }
    }

    private void collect(ByteBuffer in, int at, int count) {
        byte[] some = new byte[count];
        in.get(at, some);
        utf8.take(some, 0, count);
        text.writeBytes(some);
        if (inFrame || !header.isFinal()) {
            return;
        }
        utf8.end();
        String whole = text.toString(StandardCharsets.UTF_8);
        text = new ByteArrayOutputStream(0);
        utf8 = new Utf8Check();
        sink.onText(whole);
    }
}
