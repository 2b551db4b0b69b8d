// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

/** The relay does not know the hybrid connection; or, said to a sender, nobody listens on it at the moment. */
public final class NotFound extends RelayException {

    private static final long serialVersionUID = 1L;

    NotFound(String message, Throwable cause) {
        super(message, cause, 404);
    }

    /** {@return false: something has to be created or started first} */
    @Override
    public boolean isRetryable() {
        return false;
    }
}
