// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

/** Ends a command with a line for whoever typed it. It is an answer and no fault, so it has no stack trace. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    private CommandFailure(ExitCode exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** {@return the end of a command that was tried in vain} */
    public static CommandFailure failed(String message) {
        return new CommandFailure(ExitCode.FAILED, message);
    }

    /** {@return the end of a command that cannot be tried as it was typed} */
    public static CommandFailure misused(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
