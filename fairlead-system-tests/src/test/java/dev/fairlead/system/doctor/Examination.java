// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code fairlead doctor}, run as a user does, and what it printed. */
final class Examination implements AutoCloseable {

    private final ForeignProgram program;

    private Examination(ForeignProgram program) {
        this.program = program;
    }

    /** Starts it somewhere where no development CA lies. */
    static Examination of(Path home, String... arguments) {
        List<String> words = new ArrayList<>(List.of("doctor"));
        words.addAll(List.of(arguments));
        return new Examination(
                Programs.fairlead(words.toArray(String[]::new)).in(home).start());
    }

    /** {@return itself, once it ended so} */
    Examination exitsWith(int code) {
        assertThat(program.exits()).as("%s", program.wholeLog()).isEqualTo(code);
        return this;
    }

    /** Looks at the line of a step. */
    Examination says(String outcome, String step, String found) {
        assertThat(program.wholeLog())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("%-8s  %-17s  ".formatted(outcome, step))
                        .contains(found));
        return this;
    }

    /** Looks at what stands below the steps. */
    Examination adds(String text) {
        assertThat(program.wholeLog())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("                             ")
                        .contains(text));
        return this;
    }

    /** Looks at the last line. */
    Examination concludes(String verdict) {
        assertThat(program.wholeLog()).last().isEqualTo(verdict);
        return this;
    }

    /** {@return everything that it printed} */
    String printed() {
        return String.join("\n", program.wholeLog());
    }

    @Override
    public void close() {
        program.close();
    }
}
