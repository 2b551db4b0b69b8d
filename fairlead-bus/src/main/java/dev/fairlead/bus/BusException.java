// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

/** A message could not be published, or was not answered; the message says why. */
public final class BusException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The bus is not there, or was lost before it said that it has the message. Published again, it may be heard twice. */
        AWAY,
        /** An inbox, or what waits for somebody to want it, is full. Later there may be room. */
        BUSY,
        /** Nobody answered in time. */
        UNANSWERED,
        /** The bus does not take such a message, now or later. */
        REFUSED,
        /** The membership, or the bus, was closed here. */
        CLOSED
    }

    private final Reason reason;

    /**
     * Makes one.
     *
     * @param message what happened, for people
     */
    public BusException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Makes one.
     *
     * @param message what happened, for people
     * @param cause what lies behind it
     */
    public BusException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return why} */
    public Reason reason() {
        return reason;
    }
}
