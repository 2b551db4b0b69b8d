// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of the README, which says nothing of a relay: run by the launcher of the JDK, which is told of one. */
@ExtendWith(RelayUnderTest.Extension.class)
class HelloExampleIT {

    private static final Path FOLDER = Path.of("../examples/http-server").toAbsolutePath();

    private static ForeignProgram.Plan hello(String... options) {
        List<String> arguments = new ArrayList<>();
        arguments.add("-Dcom.sun.net.httpserver.HttpServerProvider="
                + "dev.fairlead.client.httpserver.RelayedHttpServerProvider");
        arguments.addAll(List.of(options));
        arguments.add(FOLDER.resolve("Hello.java").toString());
        return ForeignProgram.running(
                        Path.of(System.getProperty("java.home"), "bin", "java"), arguments.toArray(String[]::new))
                .in(FOLDER);
    }

    /** What a program has of ours: the SDK, and nothing beside. */
    private static String sdk() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.matches(".*\\bfairlead-(client|protocol)/target/.*"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-cp", "--module-path"})
    void programForAPortIsReachedThroughTheRelay(String path, RelayUnderTest relay) {
        String[] options = path.equals("-cp")
                ? new String[] {path, sdk(), "-Ddev.fairlead.path=hello"}
                : new String[] {path, sdk(), "--add-modules", "dev.fairlead.client", "-Ddev.fairlead.path.8080=hello"};
        try (ForeignProgram program = hello(options)
                .with("FAIRLEAD_CONNECTION_STRING", relay.connectionString())
                .start()) {
            assertThat(program.prints("hello at ")).isEqualTo("hello at /127.0.0.1:" + relay.port());

            relay.http("hello").gets("/ada").isAnsweredWith(200, "hello ada\n");
            HttpSenderDriver clock = relay.http("hello").gets("/clock");
            assertThat(clock.receivesHead().header("Content-Type")).contains("text/event-stream");
            assertThat(new String(clock.receivesPiece(), StandardCharsets.UTF_8))
                    .startsWith("data: ");

            assertThat(program.handle().destroy()).isTrue();
            clock.isCutOff();
            program.exits();
            relay.untilNobodyListens();
        }
    }

    @Test
    void programThatIsToldOfNoRelayHearsWhatIsMissing() {
        try (ForeignProgram program =
                hello("-cp", sdk()).with("FAIRLEAD_CONNECTION_STRING", "").start()) {
            program.logs("dev.fairlead.connectionString");

            assertThat(program.exits()).isEqualTo(1);
        }
    }
}
