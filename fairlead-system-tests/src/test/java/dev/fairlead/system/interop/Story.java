// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

/** What a program tells of itself, line by line. */
public interface Story extends AutoCloseable {

    /** {@return the next line that begins so; lines before it are passed over} */
    String prints(String beginning);

    /** Ends the program. */
    @Override
    void close();
}
