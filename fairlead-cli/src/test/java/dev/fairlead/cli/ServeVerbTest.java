// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeVerbTest {

    private static final String KEYS = "keys: [{name: root, primaryKey: hunter2, rights: [Manage]}]\n";

    /** Accepts connections in name only. */
    private static final class FakeServer implements RunningServer {

        private final List<URI> relay;
        private final List<ServerConfig> reloads = new ArrayList<>();
        private final List<ConfigException> refusals = new ArrayList<>();
        private boolean drained;

        FakeServer(String... relay) {
            this.relay = Stream.of(relay).map(URI::create).toList();
        }

        @Override
        public List<URI> relayAddresses() {
            return relay;
        }

        @Override
        public URI managementAddress() {
            return URI.create("http://127.0.0.1:40001");
        }

        @Override
        public void reload(ServerConfig next) {
            reloads.add(next);
        }

        @Override
        public void refuse(ConfigException next) {
            refusals.add(next);
        }

        @Override
        public void drain() {
            drained = true;
        }
    }

    @TempDir
    private Path directory;

    private final CommandLineDriver user = new CommandLineDriver();
    private FakeServer server = new FakeServer("http://127.0.0.1:40000", "https://localhost:40443");
    private ServerConfig config;
    private Runnable reload;
    private Runnable whileRunning = () -> {};

    private CommandLineDriver serves(String... args) {
        return user.with(surroundings -> new ServeVerb(surroundings, this::start, told -> reload = told, drain -> {
                    whileRunning.run();
                    drain.run();
                }))
                .types(args);
    }

    /** As somebody edits the file while the server runs, and then tells it to read it. */
    private void reloadsAfter(Path file, String text) {
        whileRunning = () -> {
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            reload.run();
        };
    }

    private RunningServer start(ServerConfig given) {
        config = given;
        return server;
    }

    @Test
    void readyLineNamesTheRealPortsAndIsTheLast() {
        serves("serve", "--set", "dataDirectory=" + directory).exitsWith(ExitCode.DONE);

        assertThat(user.out().lines().toList())
                .last()
                .isEqualTo(
                        "fairlead ready: relay http://127.0.0.1:40000 https://localhost:40443, management http://127.0.0.1:40001");
    }

    @Test
    void signalDrainsTheServer() {
        serves("serve", "--set", "dataDirectory=" + directory).exitsWith(ExitCode.DONE);

        assertThat(server.drained).isTrue();
    }

    @Test
    void startWithoutAFileTellsHowToReachTheRelay() {
        serves("serve", "--set", "dataDirectory=" + directory);

        String key = config.keys().getFirst().primaryKey().reveal();
        assertThat(user.out())
                .contains("  Endpoint=sb://localhost:40443/;SharedAccessKeyName=RootManageSharedAccessKey;"
                        + "SharedAccessKey=" + key + "\n")
                .contains("  wss://localhost:40443/$hc/PATH?sb-hc-action=listen\n")
                .contains("ws://127.0.0.1:40000 does without TLS")
                .contains("  ./fairlead listen @" + directory.resolve("connection-string") + " hyco --echo\n")
                .contains("The gateway answers every client at ws://127.0.0.1:40000/ws with what it said")
                .contains("  ./fairlead send @" + directory.resolve("connection-string") + " hyco\n");
    }

    @Test
    void startWithoutAFileTellsHowClientsTrustTheDevelopmentCertificate() {
        serves("serve", "--set", "dataDirectory=" + directory);

        Path authority = directory.resolve("tls/ca.pem");
        assertThat(authority).isRegularFile();
        assertThat(user.out())
                .contains("NODE_EXTRA_CA_CERTS=" + authority)
                .contains("SSL_CERT_FILE=" + authority)
                .contains("-file " + authority + " -keystore trust.p12");
    }

    @Test
    void connectionStringIsKeptForItsOwnerAlone() throws Exception {
        serves("serve", "--set", "dataDirectory=" + directory);

        for (String name : List.of("connection-string", "connection-string-plain")) {
            Path file = directory.resolve(name);
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            ConnectionString kept = ConnectionString.parse(Files.readString(file));
            assertThat(kept.endpoint())
                    .isEqualTo(
                            URI.create(name.endsWith("plain") ? "http://127.0.0.1:40000/" : "sb://localhost:40443/"));
            assertThat(kept.key()).isPresent();
        }
    }

    @Test
    void addressOfAllInterfacesIsNotDialled() {
        server = new FakeServer("http://0.0.0.0:40000", "https://0.0.0.0:40443");

        serves("serve", "--set", "dataDirectory=" + directory);

        assertThat(user.out()).contains("Endpoint=sb://localhost:40443/;");
    }

    @Test
    void startWithAFileTellsNoSecret() throws Exception {
        Path file = Files.writeString(
                directory.resolve("fairlead.yaml"), "keys: [{name: root, primaryKey: hunter2, rights: [Manage]}]\n");

        serves("serve", "-c", file.toString()).exitsWith(ExitCode.DONE);

        assertThat(user.out().lines())
                .containsExactly(
                        "fairlead ready: relay http://127.0.0.1:40000 https://localhost:40443, management http://127.0.0.1:40001");
    }

    @Test
    void brokenConfigurationStartsNothing() {
        serves("serve", "--set", "relay.acceptTimeout=0s", "--set", "dataDirectory=" + directory)
                .exitsWith(ExitCode.USAGE);

        assertThat(config).isNull();
        assertThat(user.err()).contains("--set: relay.acceptTimeout: 0s (expected: 1s to 2m)");
    }

    @Test
    void signalReadsTheFileAgainWithTheSameOptionsAndEnvironment() throws Exception {
        Path file = Files.writeString(directory.resolve("fairlead.yaml"), KEYS);
        reloadsAfter(
                file, KEYS.replace("hunter2", "\"${env:FRESH_KEY}\"") + "relay: {acceptTimeout: 5s, tokenGrace: 1s}\n");

        user.in("FRESH_KEY", "hunter3").in("FAIRLEAD_RELAY_TOKEN_GRACE", "2s");
        serves("serve", "-c", file.toString(), "--set", "relay.acceptTimeout=7s")
                .exitsWith(ExitCode.DONE);

        assertThat(server.refusals).isEmpty();
        assertThat(server.reloads).singleElement().satisfies(next -> {
            assertThat(next.keys().getFirst().primaryKey().reveal()).isEqualTo("hunter3");
            assertThat(next.relay().acceptTimeout()).isEqualTo(Duration.ofSeconds(7));
            assertThat(next.relay().tokenGrace()).isEqualTo(Duration.ofSeconds(2));
        });
    }

    @Test
    void fileThatCannotBeUsedIsRefusedWithEveryProblem() throws Exception {
        Path file = Files.writeString(directory.resolve("fairlead.yaml"), KEYS);
        reloadsAfter(file, KEYS + "relay:\n  acceptTimeout: 0s\n  pingIntervall: 1s\n");

        serves("serve", "-c", file.toString()).exitsWith(ExitCode.DONE);

        assertThat(server.reloads).isEmpty();
        assertThat(server.refusals).singleElement().satisfies(refused -> {
            assertThat(refused.what()).isEqualTo(file.toString());
            assertThat(refused.problems())
                    .containsExactly(
                            "line 3: relay.acceptTimeout: 0s (expected: 1s to 2m)",
                            "line 4: relay.pingIntervall: unknown key; did you mean pingInterval?");
        });
    }

    @Test
    void serverWithoutAFileHasNothingToReadAgain() {
        serves("serve", "--set", "dataDirectory=" + directory).exitsWith(ExitCode.DONE);

        assertThat(reload).isNull();
    }

    @Test
    void helpHasAnExample() {
        serves("serve", "--help").exitsWith(ExitCode.DONE);

        assertThat(user.out()).contains("fairlead serve -c fairlead.yaml");
    }
}
