// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.fairlead.server.config.Change;
import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.ConfigLoader;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.server.edge.HeardLog;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running server makes of another configuration, and what it tells of it. */
class ReloadTest {

    private static final String FILE = """
            listen: [{address: 127.0.0.1:0}]
            management: {address: 127.0.0.1:0}
            keys: [{name: root, primaryKey: secret, rights: [Manage]}]
            """;

    @TempDir
    private Path directory;

    private FairleadServer server;
    private HeardLog log;

    @BeforeEach
    void start() throws Exception {
        server = FairleadServer.start(config(FILE));
        log = HeardLog.of(FairleadServer.class);
    }

    @AfterEach
    void end() {
        log.close();
        server.close();
    }

    @Test
    void whatIsLiveIsTakenOverAndTheRestWaitsAndBothAreTold() throws Exception {
        ServerConfig next = config(FILE.replace("secret", "hidden")
                + "relay: {acceptTimeout: 5s, pingInterval: 20s}\nlimits: {maxHeaderSize: 16KiB}\n");

        Reload first = server.reload(next);

        assertThat(first.applied()).extracting(Change::key).containsExactly("keys", "relay.acceptTimeout");
        assertThat(first.waiting())
                .extracting(Change::key)
                .containsExactly("relay.pingInterval", "limits.maxHeaderSize");
        assertThat(told())
                .containsExactly(
                        "INFO configuration read again; changed: keys (changed root), relay.acceptTimeout",
                        "WARN what changed here waits for a restart, and stays as it was until then: "
                                + "relay.pingInterval, limits.maxHeaderSize");

        Reload second = server.reload(next);

        assertThat(second.applied()).isEmpty();
        assertThat(second.waiting()).isEqualTo(first.waiting());
    }

    @Test
    void sameConfigurationChangesNothingAndIsTold() throws Exception {
        assertThat(server.reload(config(FILE))).isEqualTo(new Reload(List.of(), List.of()));

        assertThat(told()).containsExactly("INFO configuration read again; changed: nothing");
    }

    @Test
    void configurationThatCannotBeUsedIsToldWithEveryProblemAndAlarmsUntilOneCan() throws Exception {
        server.refuse(new ConfigException("fairlead.yaml", List.of("line 3: one: wrong", "line 7: other: wrong")));

        assertThat(told())
                .containsExactly(
                        "ERROR changed configuration cannot be used, and the old one stays: fairlead.yaml: line 3: one: wrong",
                        "ERROR changed configuration cannot be used, and the old one stays: fairlead.yaml: line 7: other: wrong");
        assertThat(stale()).isEqualTo("fairlead_config_stale 1.0");

        server.reload(config(FILE));
        assertThat(stale()).isEqualTo("fairlead_config_stale 0.0");
    }

    @Test
    void serverThatIsClosedTakesNothingOver() throws Exception {
        server.close();

        assertThat(server.reload(config(FILE.replace("secret", "hidden")))).isEqualTo(new Reload(List.of(), List.of()));
    }

    private List<String> told() {
        return log.events().stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .map(ReloadTest::line)
                .toList();
    }

    private static String line(ILoggingEvent event) {
        return event.getLevel() + " " + event.getFormattedMessage();
    }

    private String stale() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest metrics = HttpRequest.newBuilder(
                            server.managementAddress().resolve("/metrics"))
                    .build();
            return client.send(metrics, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("fairlead_config_stale "))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private ServerConfig config(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("fairlead.yaml"), yaml);
        return new ConfigLoader(file, List.of(), Map.of()).load().config();
    }
}
