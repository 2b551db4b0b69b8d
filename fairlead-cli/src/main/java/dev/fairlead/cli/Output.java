// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;

/** Where a command writes: results to standard output, all else to standard error. Every line goes out at once. */
public final class Output {

    private final PrintStream raw;
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * Names the streams; they stay the caller's to close.
     *
     * @param raw what stands behind {@code out}, for results that are no text
     */
    public Output(PrintStream raw, PrintWriter out, PrintWriter err) {
        this.raw = raw;
        this.out = out;
        this.err = err;
    }

    /** {@return an output that nobody sees} */
    static Output nowhere() {
        return new Output(
                new PrintStream(OutputStream.nullOutputStream()),
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()));
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

    /**
     * Writes a part of the result that may be no text.
     *
     * @throws IOException if nobody reads it any more
     */
    public void bytes(byte[] part, int offset, int length) throws IOException {
        raw.write(part, offset, length);
        if (raw.checkError()) { // which flushes
            throw new IOException("standard output cannot be written");
        }
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

    /** {@return what stands behind the results, for a command that writes nothing but bytes} */
    PrintStream raw() {
        return raw;
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }
}
