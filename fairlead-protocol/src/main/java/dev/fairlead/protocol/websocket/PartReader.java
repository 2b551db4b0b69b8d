// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.nio.ByteBuffer;

/**
 * Takes messages out of a stream of bytes part by part, as they arrive, for endpoints whose messages may have any length.
 * It answers nothing; whoever owns the connection answers pings, closes and violations. Texts are not held against UTF-8
 * here.
 *
 * <p>Holds nothing of a message. One instance for each connection; not safe for several threads.
 */
public final class PartReader {

    /** Takes what was read, in order, on the thread that called {@link PartReader#read}. */
    public interface Sink {

        /**
         * A frame of a message begins.
         *
         * @param opcode the message's: {@link Opcode#TEXT} or {@link Opcode#BINARY}
         * @param length of the frame in bytes, 0 to 2^63 - 1
         * @throws ProtocolViolation if it is more than the sink takes
         */
        default void onFrame(int opcode, long length) {}

        /**
         * A part of a message, cut wherever frames or reads ended.
         *
         * @param opcode the message's: {@link Opcode#TEXT} or {@link Opcode#BINARY}
         * @param in unmasked from {@code from} to {@code to}; borrowed until this returns. Without a byte only if {@code
         *     last}
         * @param from index of the part's first byte
         * @param to index after its last one
         * @param last whether the message ends with it
         */
        void onPart(int opcode, ByteBuffer in, int from, int to, boolean last);

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
         * The peer's last word, maybe within an unfinished message; what follows is not read.
         *
         * @param status {@link CloseStatus#NONE} if the peer gave none
         */
        void onClose(CloseStatus status);
    }

    private final FrameHeaderReader header;
    private final Sink sink;

    private int opcode;
    private byte[] control = new byte[0];
    private int controlBytes;

    private boolean inPayload;
    private long passed;
    private boolean closed;
    private int unread;
    private boolean stopped;

    /**
     * Reads what the other role sends.
     *
     * @param header of the role that sends: {@link FrameHeaderReader#ofServerFrames()} on a client
     * @param sink called by {@link #read}, on its thread
     */
    public PartReader(FrameHeaderReader header, Sink sink) {
        this.header = header;
        this.sink = sink;
    }

    /**
     * Takes the next bytes and tells the sink of them.
     *
     * @param in little-endian, direct or not; unmasked where it lies; its position and limit are neither used nor changed
     * @param from index of the first byte that is new
     * @param to index after the last one
     * @return the index up to which it was read: {@code to}, unless the sink {@linkplain #stop() stopped} it before; what
     *     lies behind is as it was
     * @throws ProtocolViolation if the peer broke a rule; the reader is of no use afterwards
     */
    public int read(ByteBuffer in, int from, int to) {
        int at = from;
        stopped = false;
        while (!closed && !stopped) {
            if (!inPayload) {
                at = header.read(in, at, to);
                if (at < 0) {
                    return to;
                }
                begin();
            }
            int take = (int) Math.min(to - at, header.length() - passed);
            if (header.key() != 0) {
                Mask.apply(in, at, at + take, header.key(), passed);
            }
            passed += take;
            unread = to - at - take;
            boolean whole = passed == header.length();
            if (Opcode.isControl(header.opcode())) {
                in.get(at, control, controlBytes, take);
                controlBytes += take;
            } else if (take > 0 || (whole && header.isFinal())) {
                sink.onPart(opcode, in, at, at + take, whole && header.isFinal());
            }
            at += take;
            if (!whole) {
                return to;
            }
            inPayload = false;
            end();
        }
        return closed ? to : at;
    }

    /** Reads nothing beyond the frame that the sink is being told of. Without effect outside of {@link #read}. */
    public void stop() {
        stopped = true;
    }

    /** {@return how many bytes of those being read come after what the sink is being told of} For the thread that reads. */
    public int unread() {
        return unread;
    }

    private void begin() {
        inPayload = true;
        passed = 0;
        if (Opcode.isControl(header.opcode())) {
            control = new byte[(int) header.length()];
            controlBytes = 0;
            return;
        }
        if (header.opcode() != Opcode.CONTINUATION) {
            opcode = header.opcode();
        }
        sink.onFrame(opcode, header.length());
    }

    private void end() {
        switch (header.opcode()) {
            case Opcode.PING -> sink.onPing(control);
            case Opcode.PONG -> sink.onPong(control);
            case Opcode.CLOSE -> {
                closed = true;
                sink.onClose(CloseStatus.read(ByteBuffer.wrap(control)));
            }
            default -> {
                // its parts are passed on already
            }
        }
    }
}
