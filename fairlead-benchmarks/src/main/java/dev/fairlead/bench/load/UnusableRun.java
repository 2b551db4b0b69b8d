// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

/** One run gave no figures that count; the others may. */
final class UnusableRun extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableRun(String message) {
        super(message);
    }

    UnusableRun(String message, Throwable cause) {
        super(message, cause);
    }
}
