// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

/** Says why a text is no token, without repeating any of it. Peers cause it at will, so it has no stack trace. */
public final class MalformedToken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedToken(String message) {
        super(message, null, false, false);
    }
}
