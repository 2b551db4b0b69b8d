// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's start: a checkout, the launcher, the server as it is without a file, and its end. */
class FiveMinutesIT {

    @Test
    void serverStartsWithoutAFileServesTheCommandLineAndStopsInOrder(@TempDir Path home) throws IOException {
        Checkout checkout = new Checkout(home).bringsBuild();

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
}
