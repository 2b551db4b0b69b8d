// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

/** Says why a text is no control message, without repeating any of it. Peers cause it at will, so it has no stack trace. */
public final class MalformedMessage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedMessage(String message) {
        super(message, null, false, false);
    }
}
