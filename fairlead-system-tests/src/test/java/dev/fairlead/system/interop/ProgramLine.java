// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import dev.fairlead.testkit.ForeignProgram;

/**
 * A line to a program's standard input and output.
 *
 * @param program the program, which ends with the line
 */
record ProgramLine(ForeignProgram program) implements Line {

    @Override
    public void tells(String command) {
        program.tells(command);
    }

    @Override
    public String prints(String beginning) {
        return program.prints(beginning);
    }

    @Override
    public void close() {
        program.close();
    }
}
