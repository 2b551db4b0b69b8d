// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The code and reason of a WebSocket Close frame, as they may stand on the wire.
 *
 * @param code a close code that an endpoint may send: 1000-1003, 1007-1014 or 3000-4999 (RFC 6455, section 7.4, and the
 *     IANA registry); 1005, 1006 and 1015 describe a close that carried no frame, and are refused here.
 *     {@link #NONE} alone stands for a Close frame without a code
 * @param reason text for the peer's developer, at most {@value #MAX_REASON_BYTES} bytes of UTF-8
 */
public record CloseStatus(int code, String reason) {

    /** A control frame carries at most 125 bytes (RFC 6455, section 5.5). */
    public static final int MAX_CONTROL_BYTES = 125;

    /** The code takes two of a control frame's bytes (RFC 6455, section 5.5.1). */
    public static final int MAX_REASON_BYTES = MAX_CONTROL_BYTES - 2;

    /** The purpose is fulfilled. */
    public static final int NORMAL = 1000;

    /** The endpoint goes away: a server stops, a page is left. */
    public static final int GOING_AWAY = 1001;

    /** A rule of the protocol was broken. */
    public static final int PROTOCOL_ERROR = 1002;

    /** A text was not UTF-8. */
    public static final int INVALID_DATA = 1007;

    /** A policy was broken; here: a token expired or was not good. */
    public static final int POLICY_VIOLATION = 1008;

    /** A message was longer than its reader takes. */
    public static final int TOO_BIG = 1009;

    /** A fault of the endpoint itself. */
    public static final int INTERNAL_ERROR = 1011;

    /** The endpoint is overloaded or cannot deliver; trying again later may help. */
    public static final int TRY_AGAIN_LATER = 1013;

    /** A Close frame with an empty payload; its code is the number that RFC 6455 gives to the absence of one. */
    public static final CloseStatus NONE = new CloseStatus(1005, "");

    /**
     * Checks both parts against what may stand on the wire.
     *
     * @throws IllegalArgumentException if the code may not be sent, or the reason is too long
     */
    public CloseStatus {
        if (code == 1005 ? !reason.isEmpty() : !maySend(code)) {
            throw new IllegalArgumentException("code: " + code + " (expected: 1000-1003, 1007-1014 or 3000-4999)");
        }
        int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "reason: " + bytes + " bytes (expected: at most " + MAX_REASON_BYTES + ")");
        }
    }

    /**
     * Makes a status of any text, cut after the last whole character that fits the frame.
     *
     * @return the code, and as much of the reason as fits
     * @throws IllegalArgumentException if the code may not be sent
     */
    public static CloseStatus clipped(int code, String reason) {
        ByteBuffer fits = ByteBuffer.allocate(MAX_REASON_BYTES);
        CharBuffer text = CharBuffer.wrap(reason);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(text, fits, true);
        return new CloseStatus(code, StandardCharsets.UTF_8.decode(fits.flip()).toString());
    }

    /**
     * {@return whether an endpoint may send the code in a Close frame}
     *
     * @param code any number
     */
    public static boolean maySend(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }

    /**
     * Reads the payload of a Close frame.
     *
     * @param payload unmasked, from position to limit; borrowed
     * @return the status; {@link #NONE} for an empty payload
     * @throws ProtocolViolation if the payload is one byte, the code may not be sent, or the reason is not UTF-8
     */
    public static CloseStatus read(ByteBuffer payload) {
        if (!payload.hasRemaining()) {
            return NONE;
        }
        if (payload.remaining() == 1) {
            throw ProtocolViolation.ofFraming("a Close frame holds a code of two bytes or nothing");
        }
        int at = payload.position();
        int code = (payload.get(at) & 0xFF) << 8 | (payload.get(at + 1) & 0xFF);
        if (!maySend(code)) {
            throw ProtocolViolation.ofFraming("the close code may not be sent");
        }
        try {
            ByteBuffer reason = payload.duplicate().position(at + 2);
            return new CloseStatus(
                    code, StandardCharsets.UTF_8.newDecoder().decode(reason).toString());
        } catch (CharacterCodingException e) {
            throw new ProtocolViolation(INVALID_DATA, "the close reason is not UTF-8");
        }
    }

    /** {@return the payload of a Close frame that says this; empty for {@link #NONE}} */
    public byte[] payload() {
        if (code == NONE.code) {
            return new byte[0];
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return payload;
    }
}
