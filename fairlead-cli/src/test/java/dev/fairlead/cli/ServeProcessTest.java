// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own: what only a process shows. */
class ServeProcessTest {

    private static final Pattern READY = Pattern.compile(
            "fairlead ready: relay http://127\\.0\\.0\\.1:\\d+ https://localhost:\\d+, management (http://127\\.0\\.0\\.1:\\d+)");

    @TempDir
    private Path directory;

    private Process process;

    @AfterEach
    void end() throws Exception {
        process.destroyForcibly().waitFor();
    }

    private void starts(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--set",
                "dataDirectory=" + directory.resolve("data"),
                "--set",
                "listen.1.address=localhost:0"));
        command.addAll(List.of(more));
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    private Matcher becomesReady() throws IOException {
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                return ready;
            }
        }
        throw new AssertionError("ended before it was ready: " + Files.readString(directory.resolve("err")));
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.SECONDS))
                .as("the process has ended")
                .isTrue();
        return process.exitValue();
    }

    @Test
    void serverIsReadyWhenItSaysSoAndExitsWithZeroOnSigterm() throws Exception {
        starts("--set", "listen.0.address=127.0.0.1:0", "--set", "management.address=127.0.0.1:0");

        URI management = URI.create(becomesReady().group(1));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest ready =
                    HttpRequest.newBuilder(management.resolve("/readyz")).build();
            assertThat(client.send(ready, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
        process.destroy();

        assertThat(exitCode()).isZero();
    }

    @Test
    void sigintIsAnsweredLikeSigterm() throws Exception {
        starts("--set", "listen.0.address=127.0.0.1:0", "--set", "management.address=127.0.0.1:0");
        becomesReady();

        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

        assertThat(exitCode()).isZero();
    }

    @Test
    void closedTerminalEndsAServerWithoutAFileInOrder() throws Exception {
        starts("--set", "listen.0.address=127.0.0.1:0", "--set", "management.address=127.0.0.1:0");
        becomesReady();

        new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor();

        assertThat(exitCode()).isZero();
        assertThat(Files.readString(directory.resolve("err"))).contains("draining");
    }

    /** Docs, developing, "Logging": nobody waits for the log. */
    @Test
    void whatALibraryTellsStandsInTheLogAsAllElse() throws Exception {
        starts(
                "--set",
                "listen.0.address=127.0.0.1:0",
                "--set",
                "management.address=127.0.0.1:0",
                "--set",
                "gateway.endpoints.0.path=/ws",
                "--set",
                "gateway.endpoints.0.backend.type=bus",
                "--set",
                "gateway.endpoints.0.backend.bus=nats",
                "--set",
                "gateway.endpoints.0.backend.natsServers.0=nats://127.0.0.1:1");
        becomesReady();

        assertThat(tells("NATS is away"))
                .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z WARN  bus NATS is away: there is no server.*");
    }

    /** {@return the first line of the log that holds a text} */
    private String tells(String text) throws IOException {
        long due = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() - due < 0) {
            Optional<String> line = Files.readString(directory.resolve("err"))
                    .lines()
                    .filter(one -> one.contains(text))
                    .findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("nothing is told of: " + text);
    }

    @Test
    void takenPortIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            starts(
                    "--set",
                    "listen.0.address=127.0.0.1:" + taken.getLocalPort(),
                    "--set",
                    "management.address=127.0.0.1:0");

            assertThat(exitCode()).isEqualTo(ExitCode.FAILED.code());
            assertThat(Files.readString(directory.resolve("err")).lines())
                    .filteredOn(line -> line.startsWith("fairlead: "))
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + taken.getLocalPort());
            assertThat(Files.readString(directory.resolve("err"))).doesNotContain("\tat ");
        }
    }
}
