// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's start: a checkout, the launcher, the server as it is without a file, and its end. */
class FiveMinutesIT {

    private static final Path BUILT =
            Path.of("../fairlead-cli/target").toAbsolutePath().normalize();

    @Test
    void serverStartsWithoutAFileServesTheCommandLineAndStopsInOrder(@TempDir Path home) throws IOException {
        Checkout checkout = new Checkout(home);
        bringBuild(checkout);

        try (ForeignProgram server = ForeignProgram.running(
                        checkout.launcher(),
                        "serve",
                        "--set",
                        "listen.0.address=127.0.0.1:0",
                        "--set",
                        "listen.1.address=localhost:0",
                        "--set",
                        "management.address=127.0.0.1:0")
                .in(home)
                .start()) {
            String ready = server.prints("fairlead ready");

            assertThat(ready)
                    .matches(
                            "fairlead ready: relay http://127\\.0\\.0\\.1:\\d+ https://localhost:\\d+, management http://127\\.0\\.0\\.1:\\d+");
            assertThat(server.log()).anyMatch(line -> line.contains("Endpoint=sb://localhost:"));
            try (ForeignProgram listener = ForeignProgram.running(
                            checkout.launcher(), "listen", "@data/connection-string", "hello", "--echo")
                    .in(home)
                    .start()) {
                listener.prints("listening on hello");
                try (ForeignProgram sender = ForeignProgram.running(
                                checkout.launcher(), "send", "@data/connection-string", "hello")
                        .in(home)
                        .start()) {
                    sender.tells("ahoy").tells("and farewell").tellsNoMore();

                    sender.prints("ahoy");
                    sender.prints("and farewell");
                    assertThat(sender.exits()).isZero();
                }
            }
            assertThat(server.handle().destroy()).isTrue();
            assertThat(server.exits()).isZero();
        }
        assertThat(Files.readString(home.resolve("data/connection-string"))).startsWith("Endpoint=sb://localhost:");
    }

    /** As a build would: building here would pull the jars away from under the tests that run. */
    private static void bringBuild(Checkout checkout) throws IOException {
        Path runs = checkout.folder().resolve("fairlead-cli/target/runs");
        Path run = Files.createDirectories(runs.resolve("1"));
        try (Stream<Path> libraries = Files.list(BUILT.resolve("lib"));
                Stream<Path> own = Files.list(BUILT)) {
            List<Path> jars = Stream.concat(
                            libraries,
                            own.filter(file -> file.getFileName().toString().matches("fairlead-cli-.*\\.jar")))
                    .toList();
            for (Path jar : jars) {
                Files.copy(jar, run.resolve(jar.getFileName()));
            }
        }
        Files.writeString(runs.resolve("current"), "1\n");
    }
}
