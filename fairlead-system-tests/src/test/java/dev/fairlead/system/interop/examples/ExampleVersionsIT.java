// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples state the version of the SDK themselves, so that they can be copied, and state that of this checkout. */
class ExampleVersionsIT {

    @ParameterizedTest
    @ValueSource(strings = {"sdk", "http-server", "java-websocket", "jetty", "spring-boot", "mesh-service"})
    void exampleIsBuiltWithTheSdkBesideIt(String example) throws IOException {
        String own = first("<artifactId>fairlead</artifactId>\\s*<version>(.+?)</version>", Path.of("../pom.xml"));

        String stated = first("<fairlead.version>(.+?)<", Path.of("../examples", example, "pom.xml"));

        assertThat(stated).isEqualTo(own);
    }

    private static String first(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map((MatchResult found) -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(file + " has no " + pattern));
    }
}
