// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that go on until they are told, told to end while a relay that says nothing keeps them from their first step. */
class ToldToEndTest {

    private static final int PATIENCE_SECONDS = 20;

    @TempDir
    private Path directory;

    private ServerSocket silent;
    private Process process;

    @BeforeEach
    void bind() throws Exception {
        silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        silent.setSoTimeout(PATIENCE_SECONDS * 1000);
    }

    @AfterEach
    void end() throws Exception {
        process.destroyForcibly().waitFor();
        silent.close();
    }

    private void starts(String words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(words.split(" ")));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment()
                .put(
                        Destination.VARIABLE,
                        "Endpoint=http://127.0.0.1:" + silent.getLocalPort()
                                + "/;SharedAccessKeyName=root;SharedAccessKey=secret");
        process = builder.start();
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the process has ended")
                .isTrue();
        return process.exitValue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"listen hello", "forward -T hello:1", "forward -H hello:http/localhost:1", "forward -W hello"})
    void commandThatTriesTheRelayEndsInOrder(String words) throws Exception {
        starts(words);
        try (Socket dialled = silent.accept()) {
            assertThat(dialled.getInputStream().read()).isEqualTo('G');

            process.destroy();

            assertThat(exitCode()).isZero();
        }
        assertThat(Files.readString(directory.resolve("err"))).isEmpty();
    }

    @Test
    void commandThatFailsByItselfSaysSo() throws Exception {
        starts("listen hello");
        try (Socket dialled = silent.accept()) {
            assertThat(dialled.getInputStream().read()).isEqualTo('G');
            dialled.getOutputStream()
                    .write(
                            "HTTP/1.1 401 InvalidSignature: The token has an invalid signature\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            dialled.shutdownOutput();

            assertThat(exitCode()).isEqualTo(ExitCode.FAILED.code());
        }
        assertThat(Files.readString(directory.resolve("err"))).startsWith("fairlead: ");
    }
}
