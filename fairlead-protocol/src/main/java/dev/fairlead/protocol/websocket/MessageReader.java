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

    private final FrameHeaderReader header;
    private final int limit;
    private final Sink sink;

    private ByteArrayOutputStream message = new ByteArrayOutputStream(INITIAL_BYTES);
    private boolean text;
    private Utf8Check utf8 = new Utf8Check();

    private byte[] control = new byte[0];
    private int controlBytes;

    private boolean inPayload;
    private long passed;
    private boolean closed;

    /**
     * Reads what the other role sends.
     *
     * @param header of the role that sends: {@link FrameHeaderReader#ofClientFrames()} on a server
     * @param limit the longest message in bytes, 1 or more; one byte more is a violation with
     *     {@link CloseStatus#TOO_BIG}
     */
    public MessageReader(FrameHeaderReader header, int limit, Sink sink) {
        this.header = header;
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
        int at = from;
        while (!closed) {
            if (!inPayload) {
                at = header.read(in, at, to);
                if (at < 0) {
                    return;
                }
                begin();
            }
            int take = (int) Math.min(to - at, header.length() - passed);
            if (take > 0) {
                Mask.apply(in, at, at + take, header.key(), passed);
                keep(in, at, take);
                passed += take;
                at += take;
            }
            if (passed < header.length()) {
                return;
            }
            inPayload = false;
            end();
        }
    }

    private void begin() {
        inPayload = true;
        passed = 0;
        int opcode = header.opcode();
        if (Opcode.isControl(opcode)) {
            control = new byte[(int) header.length()];
            controlBytes = 0;
            return;
        }
        if (opcode != Opcode.CONTINUATION) {
            text = opcode == Opcode.TEXT;
        }
        if (header.length() > limit - message.size()) {
            throw new ProtocolViolation(CloseStatus.TOO_BIG, "a message holds at most " + limit + " bytes here");
        }
    }

    private void keep(ByteBuffer in, int at, int count) {
        if (Opcode.isControl(header.opcode())) {
            in.get(at, control, controlBytes, count);
            controlBytes += count;
            return;
        }
        byte[] bytes = new byte[count];
        in.get(at, bytes);
        if (text) {
            utf8.take(bytes, 0, count);
        }
        message.write(bytes, 0, count);
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
                if (header.isFinal()) {
                    deliver();
                }
            }
        }
    }

    private void deliver() {
        byte[] whole = message.toByteArray();
        if (whole.length > INITIAL_BYTES) {
            message = new ByteArrayOutputStream(INITIAL_BYTES);
        } else {
            message.reset();
        }
        if (!text) {
            sink.onBinary(whole);
            return;
        }
        utf8.end();
        utf8 = new Utf8Check();
        sink.onText(new String(whole, StandardCharsets.UTF_8));
    }
}
