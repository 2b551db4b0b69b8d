// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

/**
 * A peer broke a rule of RFC 6455, and its connection is to be failed (section 7.1.7). It is an answer and no fault: it
 * has no stack trace, so that a flood of bad frames costs no more than the answers do.
 */
public final class ProtocolViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final CloseStatus status;

    /**
     * Says which rule was broken.
     *
     * @param code the close code that the rule asks for: {@link CloseStatus#PROTOCOL_ERROR},
     *     {@link CloseStatus#INVALID_DATA} or {@link CloseStatus#TOO_BIG}
     * @param rule the rule in words that may be sent to the peer; it holds nothing that the peer sent
     */
    public ProtocolViolation(int code, String rule) {
        super(rule, null, false, false);
        this.status = CloseStatus.clipped(code, rule);
    }

    /** {@return what to say to the peer in a Close frame} */
    public CloseStatus status() {
        return status;
    }

    static ProtocolViolation ofFraming(String rule) {
        return new ProtocolViolation(CloseStatus.PROTOCOL_ERROR, rule);
    }
}
