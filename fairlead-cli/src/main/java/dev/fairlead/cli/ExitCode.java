// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

/** How a command ended, as scripts see it. */
public enum ExitCode {
    /** What was asked for is done. */
    DONE(0),
    /** It was tried, and failed. */
    FAILED(1),
    /** The command or the configuration is wrong; nothing was tried. */
    USAGE(2);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** {@return the number that the process exits with} */
    public int code() {
        return code;
    }
}
