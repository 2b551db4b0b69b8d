// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

/** A program that takes commands and tells what came of them, line by line. */
public interface Line extends AutoCloseable {

    /** Gives it a command, as JSON. */
    void tells(String command);

    /** {@return the next line that begins so; lines before it are passed over} */
    String prints(String beginning);

    @Override
    void close();
}
