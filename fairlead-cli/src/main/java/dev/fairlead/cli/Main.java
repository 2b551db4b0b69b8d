// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

/** Where the process begins. */
public final class Main {

    private Main() {}

    /** Runs the command line, and exits with its code. */
    public static void main(String[] args) {
        // what the SDK logs, a line each and without traces
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tF %1$tT %4$s %5$s%n");
        int code = Verbs.all(Surroundings.ofProcess()).run(args);
        QueuedLog.writeOut();
        System.exit(code);
    }
}
