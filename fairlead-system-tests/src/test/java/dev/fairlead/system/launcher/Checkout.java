// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.launcher;

import dev.fairlead.testkit.ForeignProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A checkout with the launcher and nothing to build, in a folder whose name has spaces. */
public final class Checkout {

    private static final Path REAL = Path.of("..").toAbsolutePath().normalize();

    private final Path folder;
    private final Path home;

    /** Makes one in an empty folder. */
    public Checkout(Path empty) {
        this.home = empty;
        this.folder = empty.resolve("my own checkout");
        try {
            Files.createDirectories(folder.resolve("bin"));
            Files.copy(REAL.resolve("fairlead"), folder.resolve("fairlead"));
            Files.copy(REAL.resolve("bin/find-java"), folder.resolve("bin/find-java"));
            Files.createFile(folder.resolve("pom.xml"));
            for (String module : List.of("protocol", "client", "server", "cli")) {
                Files.createDirectories(folder.resolve("fairlead-" + module + "/src/main/java"));
                Files.createFile(folder.resolve("fairlead-" + module + "/pom.xml"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    /** {@return the launcher's script} */
    public Path launcher() {
        return folder.resolve("fairlead");
    }

    /** Saves a source a moment from now, so that it is newer than what was built before, whatever the clock's steps. */
    void saves(String source) {
        try {
            Path file = folder.resolve(source);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(2)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes what was built for the tests, as a build would: building here would pull the jars away from under them. */
    public Checkout bringsBuild() {
        Path built = REAL.resolve("fairlead-cli/target");
        Path runs = folder.resolve("fairlead-cli/target/runs");
        try (Stream<Path> libraries = Files.list(built.resolve("lib"));
                Stream<Path> own = Files.list(built)) {
            Path run = Files.createDirectories(runs.resolve("1"));
            List<Path> jars = Stream.concat(
                            libraries,
                            own.filter(file -> file.getFileName().toString().matches("fairlead-cli-.*\\.jar")))
                    .toList();
            for (Path jar : jars) {
                Files.copy(jar, run.resolve(jar.getFileName()));
            }
            Files.writeString(runs.resolve("current"), "1\n");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a folder for the path, with a {@code mvn} that runs these lines of shell} */
    Path maven(String... lines) {
        Path bin = home.resolve("maven");
        script(
                bin.resolve("mvn"),
                "echo built >>'" + home.resolve("builds") + "'",
                String.join("\n", lines),
                "mkdir -p fairlead-cli/target/lib",
                "touch fairlead-cli/target/lib/library.jar fairlead-cli/target/fairlead-cli-1.jar");
        return bin;
    }

    /** {@return how often that {@code mvn} was called} */
    long builds() {
        try {
            Path log = home.resolve("builds");
            return Files.exists(log) ? Files.readAllLines(log).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the home of a JDK that says its version and prints what its {@code java} was called with} */
    Path jdk(String version) {
        Path jdk = home.resolve("jdk-" + version);
        script(jdk.resolve("bin/java"), "printf 'java " + version + " <%s>\\n' \"$@\"");
        script(jdk.resolve("bin/javac"), "exit 1");
        try {
            Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jdk;
    }

    /** {@return a folder for the path with the tools that the launcher itself needs, and no Maven} */
    Path bareTools() {
        Path bin = home.resolve("bare");
        try {
            Files.createDirectories(bin);
            for (String tool : List.of(
                    "bash",
                    "env",
                    "dirname",
                    "readlink",
                    "sed",
                    "find",
                    "cat",
                    "mkdir",
                    "date",
                    "touch",
                    "flock",
                    "rm")) {
                Files.createSymbolicLink(bin.resolve(tool), ForeignProgram.find(tool));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bin;
    }

    private static void script(Path file, String... lines) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
            if (!file.toFile().setExecutable(true)) {
                throw new AssertionError(file + " cannot be made executable");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
