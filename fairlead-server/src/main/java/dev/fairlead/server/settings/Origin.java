// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

/** Where a value of the configuration comes from. */
public sealed interface Origin {

    /** The value of a key that nobody set. */
    Origin DEFAULT = new Preset("default");

    /**
     * A line of the configuration file.
     *
     * @param file the file's name, as the user gave it
     * @param line 1 for the first
     */
    record Line(String file, int line) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /**
     * An environment variable.
     *
     * @param name the variable's whole name
     */
    record Variable(String name) implements Origin {
        @Override
        public String toString() {
            return "environment " + name;
        }
    }

    /** A {@code --set} of the command line. */
    record SetOption() implements Origin {
        @Override
        public String toString() {
            return "--set";
        }
    }

    /**
     * What the server brings along.
     *
     * @param name which of its values: {@code default}, or a name that tells more
     */
    record Preset(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }
}
