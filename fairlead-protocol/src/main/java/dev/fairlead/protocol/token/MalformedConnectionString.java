// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

/** Says what is wrong with a connection string, and how to right it, without telling any key in it. Has no stack trace. */
public final class MalformedConnectionString extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedConnectionString(String message) {
        super(message, null, false, false);
    }
}
