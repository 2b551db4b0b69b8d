// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes whole messages of a stream of bytes, for endpoints that want messages: a control channel, a client. It answers
 * nothing; whoever owns the connection answers pings, closes and violations.
 *
 * <p>Holds at most one message of the limit's size. One instance for each connection; not safe for several threads.
 */
public final class MessageReader {

    /** Takes what was read, in order, on the thread that called {@link MessageReader#read}. */
    public interface Sink {

        /**
         * A whole text message.
         *
         * @param text may be empty
         */
        void onText(String text);

        /**
         * A whole binary message; the array is the callee's.
         *
         * @param message may be empty
         */
        void onBinary(byte[] message);

        /**
         * A ping, to be answered with a pong of the same payload.
         *
         * @param payload at most 125 bytes; the callee's
         */
        void onPing(byte[] payload);

        /**
         * A pong, asked for or not.
         *
         * @param payload at most 125 bytes; the callee's
         */
        default void onPong(byte[] payload) {}

        /**
         * The peer's last word; what follows is not read.
         *
         * @param status {@link CloseStatus#NONE} if the peer gave none
         */
        void onClose(CloseStatus status);
    }

    /** A longer frame gets its memory as its bytes come, since they may never come. */
    private static final int AT_ONCE_BYTES = 64 * 1024;

    private static final byte[] NOTHING = new byte[0];

    private final PartReader parts;
    private final int limit;
    private final Sink sink;

    private final Utf8Check utf8 = new Utf8Check();

    /** What has come of a message that is not whole. */
    private byte[] message = NOTHING;

    private int size;

    /** How long the message is with the frame that is coming. */
    private int expected;

    /**
     * Reads what the other role sends.
     *
     * @param header of the role that sends: {@link FrameHeaderReader#ofClientFrames()} on a server
     * @param limit the longest message in bytes, 1 or more; one byte more is a violation with
     *     {@link CloseStatus#TOO_BIG}
     * @param sink called by {@link #read}, on its thread
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
     * @param from index of the first byte that is new
     * @param to index after the last one
     * @throws ProtocolViolation if the peer broke a rule; the reader is of no use afterwards
     */
    public void read(ByteBuffer in, int from, int to) {
        parts.read(in, from, to);
    }

    /** {@return how many bytes of those being read come after what the sink is being told of} For the thread that reads. */
    public int unread() {
        return parts.unread();
    }

    private final class Collector implements PartReader.Sink {

        @Override
        public void onFrame(int opcode, long length) {
            if (length > limit - size) {
                throw new ProtocolViolation(CloseStatus.TOO_BIG, "a message holds at most " + limit + " bytes here");
            }
            expected = size + (int) length;
        }

        @Override
        public void onPart(int opcode, ByteBuffer in, int from, int to, boolean last) {
            if (last && size == 0) {
                deliver(opcode, in, from, to); // most messages come in one piece
                return;
            }
            int before = size;
            makeRoom(before + to - from);
            in.get(from, message, before, to - from);
            size += to - from;
            if (opcode == Opcode.TEXT) {
                utf8.take(message, before, size);
            }
            if (last) {
                byte[] whole = size == message.length ? message : Arrays.copyOf(message, size);
                message = NOTHING;
                size = 0;
                if (opcode == Opcode.TEXT) {
                    utf8.end();
                    sink.onText(new String(whole, StandardCharsets.UTF_8));
                } else {
                    sink.onBinary(whole);
                }
            }
        }

        private void makeRoom(int needed) {
            if (message.length == 0) {
                long first = expected <= AT_ONCE_BYTES ? expected : Math.min(expected, 2L * needed);
                message = new byte[(int) first];
            } else if (needed > message.length) {
                message = Arrays.copyOf(message, (int) Math.max(needed, Math.min(limit, 2L * message.length)));
            }
        }

        private void deliver(int opcode, ByteBuffer in, int from, int to) {
            byte[] bytes;
            int at;
            if (in.hasArray()) {
                bytes = in.array();
                at = in.arrayOffset() + from;
            } else {
                bytes = new byte[to - from];
                in.get(from, bytes);
                at = 0;
            }
            int length = to - from;
            if (opcode == Opcode.TEXT) {
                utf8.take(bytes, at, at + length);
                utf8.end();
                sink.onText(new String(bytes, at, length, StandardCharsets.UTF_8));
            } else {
                sink.onBinary(in.hasArray() ? Arrays.copyOfRange(bytes, at, at + length) : bytes);
            }
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
