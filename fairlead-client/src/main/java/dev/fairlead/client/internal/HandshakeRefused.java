// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.io.IOException;

/** An upgrade was answered with something other than {@code 101}. It is an answer and no fault: it has no stack trace. */
public final class HandshakeRefused extends IOException {

    private static final long serialVersionUID = 1L;

    private final int statusCode;
    private final String reason;

    HandshakeRefused(int statusCode, String reason) {
        super("the upgrade was answered " + statusCode + " " + reason);
        this.statusCode = statusCode;
        this.reason = reason;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /** {@return the status of the answer, 100 to 999} */
    public int statusCode() {
        return statusCode;
    }

    /** {@return the reason phrase; may be empty} */
    public String reason() {
        return reason;
    }
}
