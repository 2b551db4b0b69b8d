// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import org.jspecify.annotations.Nullable;

/** The relay does not answer, not in time, or says that it cannot serve at the moment; or its certificate is not trusted, or a proxy before it refuses. */
public final class RelayUnreachable extends RelayException {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    RelayUnreachable(String message, @Nullable Throwable cause, int statusCode, boolean retryable) {
        super(message, cause, statusCode);
        this.retryable = retryable;
    }

    /** {@return true, unless the relay's certificate is not trusted, or a proxy refuses for good} */
    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
