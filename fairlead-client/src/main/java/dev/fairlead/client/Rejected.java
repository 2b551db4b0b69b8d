// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

/** Somebody answered, and the answer is no: mostly the listener, in its own words. */
public final class Rejected extends RelayException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String text;

    Rejected(String message, Throwable cause, int status, String text) {
        super(message, cause, status);
        this.status = status;
        this.text = text;
    }

    /** {@return the HTTP status of the answer} */
    public int status() {
        return status;
    }

    /** {@return the reason phrase of the answer, as the listener gave it; may be empty} */
    public String text() {
        return text;
    }

    /** {@return whether the status says that trying again may help: 408, 429 or 5xx} */
    @Override
    public boolean isRetryable() {
        return status == 408 || status == 429 || status >= 500;
    }
}
