// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

/** A backend cannot begin, for a reason that no waiting changes; the message says which, and what to do. */
public final class UnusableBackend extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what cannot be, for operators
     * @param cause what lies behind it
     */
    public UnusableBackend(String message, Throwable cause) {
        super(message, cause);
    }
}
