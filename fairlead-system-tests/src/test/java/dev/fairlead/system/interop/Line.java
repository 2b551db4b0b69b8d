// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

/** A program that takes commands and tells what came of them. */
public interface Line extends Story {

    /** Gives it a command, as JSON. */
    void tells(String command);
}
