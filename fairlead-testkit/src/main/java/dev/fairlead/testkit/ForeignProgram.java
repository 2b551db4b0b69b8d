// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A program in another language: started, listened to line by line, spoken to, and ended with all that it started. Its
 * standard error joins its output. A program that is missing fails the test with its name; it is never skipped.
 */
public final class ForeignProgram implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Writer input;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private int read;
    private boolean ended;

    private ForeignProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofVirtual().name("output of " + name).start(this::collect);
    }

    /** {@return a plan to run {@code executable} with these arguments} */
    public static Plan running(Path executable, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(executable.toString());
        command.addAll(List.of(arguments));
        return new Plan(command);
    }

    /**
     * {@return the first of these programs that is there}
     *
     * @param names looked for on the path; a name with a slash is taken as it is
     * @throws AssertionError if none of them is there
     */
    public static Path find(String... names) {
        return find(executable -> true, names);
    }

    /**
     * {@return the first of these programs that is there and passes a test, such as that a library is installed}
     *
     * @throws AssertionError if none of them does
     */
    public static Path find(Predicate<Path> suits, String... names) {
        List<String> folders = List.of(System.getenv().getOrDefault("PATH", "").split(":"));
        for (String name : names) {
            for (String folder : name.contains("/") ? List.of("") : folders) {
                Path candidate = Path.of(folder, name);
                if (Files.isExecutable(candidate) && suits.test(candidate)) {
                    return candidate;
                }
            }
        }
        throw new AssertionError(String.join(" or ", names) + " is missing; ./check installs what the tests need");
    }

    /** What is to be run, and how. */
    public static final class Plan {
        private final List<String> command;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Path folder = Path.of("").toAbsolutePath();
        private @Nullable Redirect errors;

        private Plan(List<String> command) {
            this.command = command;
        }

        /** Runs it in this folder. */
        public Plan in(Path where) {
            folder = where;
            return this;
        }

        /** Sets a variable of its environment. */
        public Plan with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Lets its standard error go to a file, be it one that takes nothing. */
        public Plan withErrorsTo(Path file) {
            errors = Redirect.to(file.toFile());
            return this;
        }

        /** Gives it a pipe for its standard error that nobody reads while it runs. */
        public Plan withUnreadErrors() {
            errors = Redirect.PIPE;
            return this;
        }

        /** Starts it. */
        public ForeignProgram start() {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            if (errors == null) {
                builder.redirectErrorStream(true);
            } else {
                builder.redirectError(errors);
            }
            builder.environment().putAll(environment);
            try {
                return new ForeignProgram(
                        Path.of(command.getFirst()).getFileName().toString(), builder.start());
            } catch (IOException e) {
                throw new AssertionError(command.getFirst() + " does not start", e);
            }
        }
    }

    /** Writes a line to its standard input. */
    public ForeignProgram tells(String line) {
        try {
            input.write(line + "\n");
            input.flush();
            return this;
        } catch (IOException e) {
            throw new AssertionError(name + " takes no input any more; " + story(), e);
        }
    }

    /** Ends its standard input. */
    public ForeignProgram tellsNoMore() {
        try {
            input.close();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the next line that begins so; lines before it are passed over} */
    public String prints(String beginning) {
        return prints(line -> line.startsWith(beginning), beginning, Patience.LIMIT);
    }

    /** {@return the next line that has this somewhere, as a log's line has; lines before it are passed over} */
    public String logs(String part) {
        return logs(part, Patience.LIMIT);
    }

    /** {@return the same, of a program that takes longer than others} */
    public String logs(String part, Duration limit) {
        return prints(line -> line.contains(part), part, limit);
    }

    private String prints(Predicate<String> fits, String wanted, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        lock.lock();
        try {
            while (true) {
                while (read < lines.size()) {
                    String line = lines.get(read++);
                    if (fits.test(line)) {
                        return line;
                    }
                }
                if (ended) {
                    throw new AssertionError(name + " ended before it printed \"" + wanted + "\"; " + story());
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(
                            name + " did not print \"" + wanted + "\" within " + limit.toSeconds() + "s; " + story());
                }
                long ignored = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        } finally {
            lock.unlock();
        }
    }

    /** {@return its exit code, once it ended by itself} */
    public int exits() {
        try {
            if (!process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name + " did not end within " + Patience.LIMIT.toSeconds() + "s; " + story());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
    }

    /** {@return the process, for its id and its signals} */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** {@return everything printed so far} */
    public List<String> log() {
        lock.lock();
        try {
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    /** {@return everything that it printed until it closed its output} */
    public List<String> wholeLog() {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        lock.lock();
        try {
            while (!ended) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(name + " keeps its output open; " + story());
                }
                long ignored = changed.awaitNanos(left);
            }
            return List.copyOf(lines);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        } finally {
            lock.unlock();
        }
    }

    /** Ends it at once, and whatever it started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        exits();
    }

    private void collect() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                note(line);
            }
        } catch (IOException e) {
            note("(its output broke: " + e.getMessage() + ")");
        }
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void note(String line) {
        lock.lock();
        try {
            lines.add(line);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private String story() {
        List<String> log = log();
        return log.isEmpty()
                ? "it printed nothing"
                : "it printed: " + String.join("\n", log.subList(Math.max(0, log.size() - 40), log.size()));
    }
}
