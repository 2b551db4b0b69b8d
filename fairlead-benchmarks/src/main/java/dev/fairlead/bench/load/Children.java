// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The processes that a run started. Whatever ends the run, a failure and Ctrl-C among it, ends them too: each by its own
 * id, with what it started itself, and nothing else. Safe from any thread.
 */
final class Children implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path folder;
    private final Set<Child> running = new LinkedHashSet<>();
    private final Thread atExit = new Thread(this::endAll, "end of the benchmark's processes");
    private int started;
    private boolean closing;

    /**
     * Begins without processes.
     *
     * @param folder where the processes run and what they print is kept; deleted with all that is in it in the end
     */
    Children(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * A process.
     *
     * @param name for messages
     * @param out the file with its standard output
     * @param err the file with its standard error
     */
    record Child(String name, Process process, Path out, Path err) {

        /** {@return what it has printed} */
        String output() {
            return text(out);
        }

        /** {@return what it has complained of} */
        String complaints() {
            return text(err).strip();
        }

        /** {@return the ids of the process and of those that it started} */
        List<Long> pids() {
            return handles().map(ProcessHandle::pid).toList();
        }

        private Stream<ProcessHandle> handles() {
            return Stream.concat(Stream.of(process.toHandle()), process.descendants());
        }

        private static String text(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Starts a process.
     *
     * @throws UnusableRun if it cannot be started
     * @throws RunEnded if the user ended the run; so do all methods here
     */
    synchronized Child start(String name, List<String> command) {
        throwIfEnding();
        String file = started++ + "-" + name;
        Path out = folder.resolve(file + ".out");
        Path err = folder.resolve(file + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // what a shell happens to configure is not what is measured; options for the JVM are asked for on purpose
        builder.environment()
                .keySet()
                .removeIf(key -> key.startsWith("FAIRLEAD_") && !key.equals("FAIRLEAD_JAVA_OPTS"));
        try {
            Child child = new Child(name, builder.start(), out, err);
            child.process().getOutputStream().close();
            running.add(child);
            return child;
        } catch (IOException e) {
            throw new UnusableRun(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /**
     * Runs a program to its end.
     *
     * @return what it printed
     * @throws UnusableRun if it fails, or has not ended after {@code limit}
     */
    String run(String name, List<String> command, Duration limit) {
        Child child = start(name, command);
        try {
            if (!child.process().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new UnusableRun(name + " has not ended after " + limit.toSeconds() + " s");
            }
            throwIfEnding();
            if (child.process().exitValue() != 0) {
                throw new UnusableRun(name + " failed: " + child.complaints() + " "
                        + child.output().strip());
            }
            return child.output();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableRun("interrupted", e);
        } finally {
            stop(child);
            delete(child.out());
            delete(child.err());
        }
    }

    /**
     * Waits for something that a process does.
     *
     * @throws UnusableRun if the process ends before, or {@code limit} passes
     */
    void await(Child child, String what, Duration limit, BooleanSupplier done) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean()) {
            throwIfEnding();
            if (!child.process().isAlive()) {
                throw new UnusableRun(child.name() + " ended before " + what + ": " + child.complaints() + " "
                        + child.output().strip());
            }
            if (System.nanoTime() > deadline) {
                throw new UnusableRun(
                        child.name() + ": " + what + " not seen in " + limit.toSeconds() + " s: " + child.complaints());
            }
            pause(POLL);
        }
    }

    /** Lets time pass. */
    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableRun("interrupted", e);
        }
    }

    /** Ends a process and what it started; returns when they are gone. */
    void stop(Child child) {
        end(List.of(child));
    }

    private void end(List<Child> children) {
        List<ProcessHandle> handles = children.stream().flatMap(Child::handles).toList();
        handles.forEach(ProcessHandle::destroy);
        CompletableFuture<?> allGone = CompletableFuture.allOf(
                handles.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        try {
            allGone.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            handles.forEach(ProcessHandle::destroyForcibly);
            allGone.join();
        } catch (InterruptedException e) {
            handles.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        synchronized (this) {
            children.forEach(running::remove);
        }
    }

    private synchronized void throwIfEnding() {
        if (closing) {
            throw new RunEnded();
        }
    }

    private void endAll() {
        List<Child> left;
        synchronized (this) {
            closing = true;
            left = List.copyOf(running);
        }
        end(left);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Children::delete);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("bench: some files are left in " + folder);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
        endAll();
    }
}
