// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import dev.fairlead.system.resilience.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server process that logs everything that it, or a library of its, has to say. */
final class TalkativeServer {

    private TalkativeServer() {}

    static ServerProcess start(Path home, String... settings) {
        Path log = home.resolve("talkative.xml");
        try {
            Files.writeString(log, """
                    <configuration>
                      <appender name="STDERR" class="ch.qos.logback.core.ConsoleAppender">
                        <target>System.err</target>
                        <encoder><pattern>LOG %level %logger %msg %kvp%n%ex</pattern></encoder>
                      </appender>
                      <root level="DEBUG"><appender-ref ref="STDERR"/></root>
                    </configuration>
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ServerProcess(home, List.of("-Dlogback.configurationFile=" + log), plan -> plan, settings);
    }
}
