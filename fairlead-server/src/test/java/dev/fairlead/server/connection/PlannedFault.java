// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/** A fault that a test wants. It is known by its name wherever it is logged, and has no stack trace to fill the log with. */
public final class PlannedFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A fault with a text that nobody outside may hear. */
    public PlannedFault() {
        super("planned by a test: a secret of the inside", null, false, false);
    }
}
