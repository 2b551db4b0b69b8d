// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Arguments that may be too secret for a command line, which every user of a machine can read. */
final class Argument {

    private Argument() {}

    /**
     * {@return the argument itself, or, if it is {@code @FILE}, what stands in the file, without the white space at its
     * ends}
     *
     * @param name the argument's name, for messages
     * @throws CommandFailure if the file cannot be read, or nothing stands in it
     */
    static String text(String name, String given) {
        String text = given.startsWith("@") ? contents(name, given) : given;
        if (text.isBlank()) {
            throw CommandFailure.misused(name + ": empty (expected: a text, or @FILE with one in it)");
        }
        return text.strip();
    }

    private static String contents(String name, String given) {
        try {
            return Files.readString(Path.of(given.substring(1)));
        } catch (IOException | InvalidPathException _) {
            throw CommandFailure.misused(name + ": " + given + " (expected: @ and a text file that you may read)");
        }
    }
}
