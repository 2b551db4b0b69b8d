// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

/** An option that cannot be read; its message is for whoever typed it. */
public final class MalformedForward extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedForward(String message) {
        super(message, null, false, false);
    }

    /** {@return the failure of an option that is written in a way of its own} */
    static MalformedForward of(String option, String text, String expected) {
        return new MalformedForward(option + ": " + text + " (expected: " + expected + ")");
    }
}
