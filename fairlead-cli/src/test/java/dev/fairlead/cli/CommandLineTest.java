// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class CommandLineTest {

    @Command(name = "break")
    private record Broken() implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new IllegalStateException("the disk is full");
        }
    }

    private final CommandLineDriver user = new CommandLineDriver();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "serve",
                "listen",
                "send",
                "request",
                "socketdock",
                "doctor",
                "forward",
                "mesh",
                "mesh init",
                "mesh call",
                "mesh describe",
                "config",
                "config check",
                "config show",
                "config reference",
                "token",
                "token make",
                "token check",
                "completion"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        user.types((command + " --help").strip().split(" ")).exitsWith(ExitCode.DONE);

        assertThat(user.out())
                .contains("Usage: " + ("fairlead " + command).strip())
                .contains("Example");
    }

    @Test
    void versionIsTold() {
        user.types("--version").exitsWith(ExitCode.DONE);

        assertThat(user.out()).matches("fairlead \\d.*\\R");
    }

    @Test
    void nothingTypedIsAnsweredWithTheHelp() {
        user.types().exitsWith(ExitCode.USAGE);

        assertThat(user.out()).isEmpty();
        assertThat(user.err()).startsWith("Usage: fairlead");
    }

    @Test
    void unknownCommandIsAnsweredWithOneLineAndAHint() {
        user.types("swim").exitsWith(ExitCode.USAGE);

        assertThat(user.err().lines())
                .containsExactly("fairlead: Unmatched argument at index 0: 'swim'", "Try 'fairlead --help'.");
    }

    @Test
    void unknownOptionIsAnsweredWithTheNearestOne() {
        user.types("config", "check", "--config-file", "x").exitsWith(ExitCode.USAGE);

        assertThat(user.err())
                .startsWith("fairlead: Unknown option")
                .contains("--config")
                .endsWith("Try 'fairlead config check --help'." + System.lineSeparator());
    }

    @Test
    void unexpectedFailureIsOneLineWithoutATrace() {
        user.with(_ -> new Broken()).types("break").exitsWith(ExitCode.FAILED);

        assertThat(user.err().lines())
                .containsExactly("fairlead: unexpected failure: IllegalStateException: the disk is full; --debug tells "
                        + "where");
    }

    @Test
    void unexpectedFailureTellsWhereIfAsked() {
        user.with(_ -> new Broken()).types("--debug", "break").exitsWith(ExitCode.FAILED);

        assertThat(user.err()).contains("at " + Broken.class.getName());
    }

    @Test
    void variableAsksForTheTraceAsWell() {
        user.with(_ -> new Broken()).in("FAIRLEAD_DEBUG", "1").types("break").exitsWith(ExitCode.FAILED);

        assertThat(user.err()).contains("at " + Broken.class.getName());
    }

    @Test
    void completionIsAScriptForTheShell() {
        user.types("completion").exitsWith(ExitCode.DONE);

        assertThat(user.out())
                .startsWith("#!/usr/bin/env bash")
                .contains("fairlead")
                .contains("reference");
    }
}
