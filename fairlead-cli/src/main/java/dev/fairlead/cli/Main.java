// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

/** Where the process begins. */
public final class Main {

    private Main() {}

    /** Runs the command line, and exits with its code. */
    public static void main(String[] args) {
        System.exit(Verbs.all(Surroundings.ofProcess()).run(args));
    }
}
