// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes whole messages of a stream of bytes, for endpoints that want messages: a control channel, a client. It answers
 * nothing; whoever owns the connection answers pings, closes and violations.
 *
 * <p>Holds at most one message of the limit's size. One instance for each connection; not safe for several threads.
 */
public final class MessageReader {

    /** Takes what was read, in order, on the thread that called {@link MessageReader#read}. */
    public interface Sink {

        /** A whole text message. */
        void onText(String text);

        /** A whole binary message; the array is the callee's. */
        void onBinary(byte[] message);

        /** A ping, to be answered with a pong of the same payload. */
        void onPing(byte[] payload);

        /** A pong, asked for or not. */
        default void onPong(byte[] payload) {}

        /** The peer's last word; what follows is not read. */
        void onClose(CloseStatus status);
    }

    /** An end to a message that never comes is no reason to keep much memory. */
    private static final int INITIAL_BYTES = 512;

    private final PartReader parts;
    private final int limit;
    private final Sink sink;

    private ByteArrayOutputStream message = new ByteArrayOutputStream(INITIAL_BYTES);
    private Utf8Check utf8 = new Utf8Check();

    /**
     * Reads what the other role sends.
     *
     * @param header of the role that sends: {@link FrameHeaderReader#ofClientFrames()} on a server
     * @param limit the longest message in bytes, 1 or more; one byte more is a violation with
     *     {@link CloseStatus#TOO_BIG}
     */
    public MessageReader(FrameHeaderReader header, int limit, Sink sink) {
        this.parts = new PartReader(header, new Collector());
        this.limit = limit;
        this.sink = sink;
    }

    /**
     * Takes the next bytes and tells the sink of each message that they complete.
     *
     * @param in little-endian, direct or not; unmasked where it lies; its position and limit are neither used nor changed
     * @throws ProtocolViolation if the peer broke a rule; the reader is of no use afterwards
     */
    public void read(ByteBuffer in, int from, int to) {
        parts.read(in, from, to);
    }

    private final class Collector implements PartReader.Sink {

        @Override
        public void onFrame(int opcode, long length) {
            if (length > limit - message.size()) {
                throw new ProtocolViolation(CloseStatus.TOO_BIG, "a message holds at most " + limit + " bytes here");
            }
        }

        @Override
        public void onPart(int opcode, ByteBuffer in, int from, int to, boolean last) {
            byte[] bytes = new byte[to - from];
            in.get(from, bytes);
            if (opcode == Opcode.TEXT) {
                utf8.take(bytes, 0, bytes.length);
            }
            if (last && message.size() == 0) {
                deliver(opcode, bytes); // most messages come in one piece
                return;
            }
            message.write(bytes, 0, bytes.length);
            if (last) {
                byte[] whole = message.toByteArray();
                if (whole.length > INITIAL_BYTES) {
                    message = new ByteArrayOutputStream(INITIAL_BYTES);
                } else {
                    message.reset();
                }
                deliver(opcode, whole);
            }
        }

        private void deliver(int opcode, byte[] whole) {
            if (opcode == Opcode.BINARY) {
                sink.onBinary(whole);
                return;
            }
            utf8.end();
            utf8 = new Utf8Check();
            sink.onText(new String(whole, StandardCharsets.UTF_8));
        }

        @Override
        public void onPing(byte[] payload) {
            sink.onPing(payload);
        }

        @Override
        public void onPong(byte[] payload) {
            sink.onPong(payload);
        }

        @Override
        public void onClose(CloseStatus status) {
            sink.onClose(status);
        }
    }
}
