// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.io.PrintWriter;

/** Where a command writes: results to standard output, all else to standard error. Every line goes out at once. */
public final class Output {

    private final PrintWriter out;
    private final PrintWriter err;

    /** Names the two streams; they stay the caller's to close. */
    public Output(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Writes a line of the result. */
    public void line(String text) {
        text(text + System.lineSeparator());
    }

    /** Writes a part of the result as it is. */
    public void text(String text) {
        out.print(text);
        out.flush();
    }

    /** Writes what keeps the command from its end. */
    public void error(String text) {
        err.println("fairlead: " + text);
        err.flush();
    }

    /** Writes a list of problems, which names its subject itself. */
    public void problems(String text) {
        err.println(text);
        err.flush();
    }

    /** Writes what the user may want to know, and need not act on. */
    public void warning(String text) {
        err.println("fairlead: warning: " + text);
        err.flush();
    }

    /** Tells what goes on meanwhile, and needs nobody to act. */
    public void note(String text) {
        err.println("fairlead: " + text);
        err.flush();
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }
}
