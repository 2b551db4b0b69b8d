// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server;

/** A server could not be started; the message tells an operator why and what to do. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
