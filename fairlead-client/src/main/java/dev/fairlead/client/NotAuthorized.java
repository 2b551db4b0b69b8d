// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import org.jspecify.annotations.Nullable;

/** The relay does not take the token, or there is none: look at key, right (Listen or Send), path and clock. */
public final class NotAuthorized extends RelayException {

    private static final long serialVersionUID = 1L;

    NotAuthorized(String message, @Nullable Throwable cause, int statusCode) {
        super(message, cause, statusCode);
    }

    /** {@return false: the same token is refused again} */
    @Override
    public boolean isRetryable() {
        return false;
    }
}
