// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs that the README starts with, each listener with each sender, on both transports. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
class ExamplesIT {

    private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath();

    @TempDir
    Path folder;

    @Parameter
    Transport transport;

    @BeforeEach
    void prepare(RelayUnderTest relay) {
        transport.of(relay, new TestAuthority(folder));
    }

    @ParameterizedTest
    @CsvSource({
        "node,node", "node,python", "node,java",
        "python,node", "python,python", "python,java",
        "java,node", "java,python", "java,java"
    })
    void senderIsAnswered(String listening, String sending, RelayUnderTest relay) {
        try (ForeignProgram listener = run(listening, "listener", relay)) {
            listener.prints("listening on hello");

            try (ForeignProgram sender = run(sending, "sender", relay, "ahoy")) {
                assertThat(sender.prints("you said")).isEqualTo("you said: ahoy");
                assertThat(sender.exits()).isZero();
            }
        }
    }

    private static ForeignProgram run(String language, String role, RelayUnderTest relay, String... arguments) {
        ForeignProgram.Plan plan =
                switch (language) {
                    case "node" ->
                        Programs.node(relay.authority(), EXAMPLES.resolve("node/" + role + ".js"), arguments);
                    case "python" ->
                        Programs.python(relay.authority(), EXAMPLES.resolve("python/" + role + ".py"), arguments);
                    case "java" ->
                        Programs.java(
                                relay.authority(),
                                EXAMPLES.resolve("sdk/" + (role.equals("listener") ? "Listener.java" : "Sender.java")),
                                arguments);
                    default -> throw new AssertionError(language);
                };
        return plan.in(EXAMPLES)
                .with("FAIRLEAD_CONNECTION_STRING", relay.connectionString())
                .with("PYTHONDONTWRITEBYTECODE", "1")
                .start();
    }
}
