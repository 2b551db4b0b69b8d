// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.fairlead.server.config.ConfigException;
import java.io.Console;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line as a whole: every verb, and what happens when one fails. */
final class Verbs {

    /** As wide as the longest example of a help. */
    private static final int WIDTH = 120;

    private final Surroundings surroundings;
    private final List<Object> verbs;
    private final Fairlead fairlead = new Fairlead();

    /**
     * Joins verbs to a command line.
     *
     * @param verbs in the order of the help
     */
    Verbs(Surroundings surroundings, List<Object> verbs) {
        this.surroundings = surroundings;
        this.verbs = List.copyOf(verbs);
    }

    /** {@return every verb} */
    static Verbs all(Surroundings surroundings) {
        return new Verbs(
                surroundings,
                List.of(
                        new ServeVerb(surroundings, ServeVerb::start, ReloadSignal.ofProcess(), StopSignal.ofProcess()),
                        new ListenVerb(surroundings, StopSignal.ofProcess()),
                        new SendVerb(surroundings),
                        new RequestVerb(surroundings),
                        new DoctorVerb(surroundings),
                        new ForwardVerb(surroundings, StopSignal.ofProcess(), Verbs::isSeen),
                        new SocketDockVerb(surroundings, ServeVerb::start, StopSignal.ofProcess()),
                        new MeshVerb(surroundings),
                        new ConfigVerb(surroundings),
                        new TokenVerb(surroundings),
                        new CompletionVerb(surroundings)));
    }

    /** Whether standard input and output are a terminal. */
    private static boolean isSeen() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    /** {@return the exit code of what was typed} */
    int run(String... args) {
        return commandLine().execute(args);
    }

    private CommandLine commandLine() {
        CommandLine top = new CommandLine(fairlead);
        verbs.forEach(top::addSubcommand);
        return top
                // "@FILE" is a verb's own way to name a secret
                .setExpandAtFiles(false)
                .setOut(surroundings.output().out())
                .setErr(surroundings.output().err())
                .setUsageHelpWidth(WIDTH)
                .setUsageHelpAutoWidth(true)
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler(this::misused)
                .setExecutionExceptionHandler(this::failed);
    }

    private int execute(ParseResult parsed) {
        if (isDebug() && LoggerFactory.getLogger("dev.fairlead") instanceof Logger logger) {
            logger.setLevel(Level.DEBUG);
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private int misused(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        Output output = surroundings.output();
        if (args.length == 0) {
            command.usage(output.err());
            return ExitCode.USAGE.code();
        }
        output.error(message(problem));
        CommandLine.UnmatchedArgumentException.printSuggestions(problem, output.err());
        hint(command);
        return ExitCode.USAGE.code();
    }

    private int failed(Exception problem, CommandLine command, ParseResult parsed) {
        Output output = surroundings.output();
        if (isDebug()) {
            problem.printStackTrace(output.err());
        }
        return switch (problem) {
            case ConfigException config -> {
                output.problems(message(config));
                yield ExitCode.USAGE.code();
            }
            case CommandFailure failure -> {
                output.error(message(failure));
                if (failure.exitCode() == ExitCode.USAGE) {
                    hint(command);
                }
                yield failure.exitCode().code();
            }
            default -> {
                output.error("unexpected failure: " + problem.getClass().getSimpleName() + ": " + message(problem)
                        + (isDebug() ? "" : "; --debug tells where"));
                yield ExitCode.FAILED.code();
            }
        };
    }

    private static String message(Exception problem) {
        return Objects.requireNonNullElse(problem.getMessage(), "no more is known")
                .strip();
    }

    private void hint(CommandLine command) {
        surroundings.output().err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        surroundings.output().err().flush();
    }

    private boolean isDebug() {
        return fairlead.isDebug() || "1".equals(surroundings.environment().get("FAIRLEAD_DEBUG"));
    }
}
