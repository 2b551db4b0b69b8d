// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One WebSocket frame as it stands on the wire (RFC 6455, section 5.2), legal or not. A frame to be sent is masked as a
 * client's must be, unless told otherwise. Immutable; the {@code with…} methods return a changed copy.
 */
public final class WireFrame {

    /** Continues a message. */
    public static final int CONTINUATION = 0;

    /** Begins a text message. */
    public static final int TEXT = 1;

    /** Begins a binary message. */
    public static final int BINARY = 2;

    /** Closes. */
    public static final int CLOSE = 8;

    /** Asks for a pong. */
    public static final int PING = 9;

    /** Answers a ping. */
    public static final int PONG = 10;

    private static final int MASK = 0x37FA213D;

    private final boolean fin;
    private final int reserved;
    private final int opcode;
    private final boolean masked;
    private final int lengthBytes;
    private final long declaredLength;
    private final byte[] payload;

    WireFrame(
            boolean fin,
            int reserved,
            int opcode,
            boolean masked,
            int lengthBytes,
            long declaredLength,
            byte[] payload) {
        this.fin = fin;
        this.reserved = reserved;
        this.opcode = opcode;
        this.masked = masked;
        this.lengthBytes = lengthBytes;
        this.declaredLength = declaredLength;
        this.payload = payload;
    }

    /** {@return a final, masked frame with the shortest form of its length} */
    public static WireFrame of(int opcode, byte[] payload) {
        return new WireFrame(true, 0, opcode, true, shortest(payload.length), payload.length, payload.clone());
    }

    /** {@return a whole text message} */
    public static WireFrame text(String text) {
        return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a whole binary message} */
    public static WireFrame binary(byte... bytes) {
        return of(BINARY, bytes);
    }

    /** {@return a ping that carries {@code text}} */
    public static WireFrame ping(String text) {
        return of(PING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a pong that carries {@code text}} */
    public static WireFrame pong(String text) {
        return of(PONG, text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a close frame with code and reason} */
    public static WireFrame close(int code, String reason) {
        byte[] words = reason.getBytes(StandardCharsets.UTF_8);
        return of(
                CLOSE,
                ByteBuffer.allocate(2 + words.length)
                        .putShort((short) code)
                        .put(words)
                        .array());
    }

    /** {@return a close frame without a code} */
    public static WireFrame emptyClose() {
        return of(CLOSE, new byte[0]);
    }

    /** {@return this frame as one that more fragments follow} */
    public WireFrame notFinal() {
        return new WireFrame(false, reserved, opcode, masked, lengthBytes, declaredLength, payload);
    }

    /**
     * {@return this frame with the reserved bits set as told}
     *
     * @param bits 4 is RSV1, 2 is RSV2, 1 is RSV3; their sum
     */
    public WireFrame withReserved(int bits) {
        return new WireFrame(fin, bits, opcode, masked, lengthBytes, declaredLength, payload);
    }

    /** {@return this frame as a server sends it, or as a client must not} */
    public WireFrame unmasked() {
        return new WireFrame(fin, reserved, opcode, false, lengthBytes, declaredLength, payload);
    }

    /** {@return this frame with a length in its header that need not be that of its payload, in the longest form} */
    public WireFrame declaring(long length) {
        return new WireFrame(fin, reserved, opcode, masked, 8, length, payload);
    }

    /**
     * {@return this frame with another form of its length}
     *
     * @param bytes 0, 2 or 8: how many bytes after the second the length takes
     */
    public WireFrame withLengthBytes(int bytes) {
        return new WireFrame(fin, reserved, opcode, masked, bytes, declaredLength, payload);
    }

    /** {@return whether this frame ends its message} */
    public boolean isFinal() {
        return fin;
    }

    /** {@return RSV1, RSV2 and RSV3 as 4, 2 and 1, added} */
    public int reserved() {
        return reserved;
    }

    /** {@return the low four bits of the first byte} */
    public int opcode() {
        return opcode;
    }

    /** {@return whether the mask bit is set} */
    public boolean isMasked() {
        return masked;
    }

    /** {@return how many bytes after the second the length takes: 0, 2 or 8} */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** {@return a copy of the payload, unmasked} */
    public byte[] payload() {
        return payload.clone();
    }

    /** {@return how many bytes the payload has} */
    public int length() {
        return payload.length;
    }

    /** {@return the payload read as UTF-8} */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /**
     * {@return the code of a close frame, or 1005 if it has none, as RFC 6455, section 7.1.5, reads it}
     *
     * @throws IllegalStateException if this is no close frame
     */
    public int closeCode() {
        if (opcode != CLOSE) {
            throw new IllegalStateException("a close frame was expected: " + this);
        }
        return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    }

    /** {@return the reason of a close frame; empty if it has none} */
    public String closeReason() {
        return payload.length <= 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }

    boolean isControl() {
        return opcode >= CLOSE;
    }

    /** {@return the bytes of the whole frame, masked if it says so} */
    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + 14);
        bytes.write((fin ? 0x80 : 0) | reserved << 4 | opcode);
        int maskBit = masked ? 0x80 : 0;
        switch (lengthBytes) {
            case 0 -> bytes.write(maskBit | (int) declaredLength);
            case 2 -> {
                bytes.write(maskBit | 126);
                bytes.write((int) declaredLength >>> 8);
                bytes.write((int) declaredLength);
            }
            case 8 -> {
                bytes.write(maskBit | 127);
                bytes.writeBytes(ByteBuffer.allocate(8).putLong(declaredLength).array());
            }
            default -> throw new IllegalArgumentException("lengthBytes: " + lengthBytes + " (expected: 0, 2 or 8)");
        }
        if (!masked) {
            bytes.writeBytes(payload);
            return bytes.toByteArray();
        }
        byte[] mask = ByteBuffer.allocate(4).putInt(MASK).array();
        bytes.writeBytes(mask);
        byte[] hidden = payload.clone();
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] ^= mask[i & 3];
        }
        bytes.writeBytes(hidden);
        return bytes.toByteArray();
    }

    private static int shortest(long length) {
        return length < 126 ? 0 : length < 65536 ? 2 : 8;
    }

    /** {@return what a failed test needs to know of this frame; long payloads are cut} */
    @Override
    public String toString() {
        String name =
                switch (opcode) {
                    case CONTINUATION -> "continuation";
                    case TEXT -> "text";
                    case BINARY -> "binary";
                    case CLOSE -> "close";
                    case PING -> "ping";
                    case PONG -> "pong";
                    default -> "opcode " + opcode;
                };
        byte[] shown = Arrays.copyOf(payload, Math.min(payload.length, 64));
        String content =
                switch (opcode) {
                    case TEXT -> '"' + new String(shown, StandardCharsets.UTF_8) + '"';
                    case CLOSE -> closeCode() + " \"" + closeReason() + '"';
                    default -> HexFormat.of().formatHex(shown);
                };
        return name + (fin ? "" : ", more follows") + (reserved == 0 ? "" : ", reserved bits " + reserved)
                + (masked ? ", masked" : "") + ", " + payload.length + " bytes: " + content;
    }
}
