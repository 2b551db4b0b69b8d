// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

/** The user ended the run; there is nothing more to do or to say. */
final class RunEnded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RunEnded() {
        super("the run was ended", null, false, false);
    }
}
