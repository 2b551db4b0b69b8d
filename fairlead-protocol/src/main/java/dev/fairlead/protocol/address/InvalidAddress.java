// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

/**
 * Says why a path or request target cannot be one. The message is a sentence that may be shown to the peer: it repeats at
 * most the name of an action, made harmless. Peers cause it at will, so it has no stack trace.
 */
public final class InvalidAddress extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidAddress(String message) {
        super(message, null, false, false);
    }
}
