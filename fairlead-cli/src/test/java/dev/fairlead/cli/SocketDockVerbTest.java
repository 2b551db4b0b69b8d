// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.server.gateway.BackendConfig;
import dev.fairlead.server.gateway.EndpointConfig;
import dev.fairlead.server.settings.HostPort;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What the options of the original come to. */
class SocketDockVerbTest {

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.fairlead");

    private final CommandLineDriver user = new CommandLineDriver();
    private final Level level = LOGGER.getLevel();
    private @Nullable ServerConfig started;
    private boolean drained;

    @TempDir
    private Path directory;

    @BeforeEach
    void begin() {
        LOGGER.setLevel(Level.WARN);
    }

    @AfterEach
    void restore() {
        LOGGER.setLevel(level);
    }

    /** Accepts connections in name only. */
    private final class FakeServer implements RunningServer {

        @Override
        public List<URI> relayAddresses() {
            return List.of(URI.create("http://127.0.0.1:40000"));
        }

        @Override
        public URI managementAddress() {
            return URI.create("http://127.0.0.1:40001");
        }

        @Override
        public void reload(ServerConfig next) {
            throw new AssertionError("there is no file");
        }

        @Override
        public void refuse(ConfigException next) {
            throw new AssertionError("there is no file");
        }

        @Override
        public void drain() {
            drained = true;
        }
    }

    private CommandLineDriver types(String... options) {
        String[] words = new String[options.length + 1];
        words[0] = "socketdock";
        System.arraycopy(options, 0, words, 1, options.length);
        return user.with(surroundings -> new SocketDockVerb(surroundings, this::start, Runnable::run))
                .types(words);
    }

    private RunningServer start(ServerConfig config) {
        started = config;
        return new FakeServer();
    }

    private ServerConfig config() {
        return Objects.requireNonNull(started);
    }

    private EndpointConfig endpoint() {
        return config().gateway().endpoints().getFirst();
    }

    @Test
    void defaultsAreThoseOfTheOriginal() {
        types().exitsWith(ExitCode.DONE);

        assertThat(config().listen().getFirst().address()).isEqualTo(HostPort.parse("127.0.0.1:8765"));
        assertThat(config().gateway().externalUri()).isNull();
        assertThat(config().parts()).isEmpty();
        assertThat(endpoint().path()).isEqualTo("/ws");
        assertThat(endpoint().allowedOrigins()).containsExactly("*");
        assertThat(endpoint().pingInterval()).isEqualTo(Duration.ofSeconds(20));
        assertThat(endpoint().maxMessageSize().bytes()).isEqualTo(4_194_304);
        assertThat(endpoint().backend()).isEqualTo(new BackendConfig.Loopback("Hello yourself"));
        assertThat(LOGGER.getLevel()).isEqualTo(Level.INFO);
        assertThat(user.out()).isEqualTo("fairlead ready: socketdock http://127.0.0.1:40000" + System.lineSeparator());
        assertThat(user.err()).isEmpty();
        assertThat(drained).isTrue();
    }

    @Test
    void addressesAreWhereTheBackendIs() {
        types(
                        "--bindip",
                        "0.0.0.0",
                        "--bindport",
                        "9000",
                        "--endpoint",
                        "http://dock.example:9000",
                        "--backend",
                        "http",
                        "--connect-uri",
                        "http://a/connect",
                        "--message-uri",
                        "http://a/message",
                        "--disconnect-uri",
                        "http://b/disconnect",
                        "--log-level",
                        "CRITICAL",
                        "--data-directory",
                        directory.toString())
                .exitsWith(ExitCode.DONE);

        assertThat(config().listen().getFirst().address()).isEqualTo(HostPort.parse("0.0.0.0:9000"));
        assertThat(config().gateway().externalUri()).isEqualTo(URI.create("http://dock.example:9000"));
        assertThat(config().dataDirectory()).isEqualTo(directory);
        assertThat(endpoint().backend()).isInstanceOfSatisfying(BackendConfig.Http.class, http -> {
            assertThat(http.terms().connectUri()).isEqualTo(URI.create("http://a/connect"));
            assertThat(http.terms().messageUri()).isEqualTo(URI.create("http://a/message"));
            assertThat(http.terms().disconnectUri()).isEqualTo(URI.create("http://b/disconnect"));
            assertThat(http.terms().answerTimeout()).isEqualTo(Duration.ofMinutes(5));
        });
        assertThat(LOGGER.getLevel()).isEqualTo(Level.ERROR);
        assertThat(user.err())
                .startsWith("fairlead: warning: callbacks need no token")
                .contains("--callback-token");
    }

    @Test
    void tokenIsReadFromAFile() throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "0123456789abcdef\n");

        types("--backend", "http", "--message-uri", "http://a/m", "--callback-token", "@" + file)
                .exitsWith(ExitCode.DONE);

        assertThat(Objects.requireNonNull(config().gateway().callbacks().token())
                        .reveal())
                .isEqualTo("0123456789abcdef");
        assertThat(user.err()).isEmpty();
    }

    @Test
    void managementIsThereWhereItIsAskedFor() {
        types("--management", "127.0.0.1:0").exitsWith(ExitCode.DONE);

        assertThat(config().parts()).containsExactly(ServerConfig.Part.MANAGEMENT);
        assertThat(user.out()).contains(", management http://127.0.0.1:40001");
    }

    @Test
    void configurationOfPythonsLogIsNotRead() {
        types("--log-config", "/nowhere/logging.yml").exitsWith(ExitCode.DONE);

        assertThat(user.err()).contains("warning: --log-config /nowhere/logging.yml is not read");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --backend http                                          | --message-uri: missing
            --backend http --message-uri ftp://a                    | --message-uri: ftp://a (expected: http://
            --backend http --message-uri http://a --connect-uri /a  | --connect-uri: /a (expected: http://
            --endpoint dock.example:9000                            | --endpoint: dock.example:9000 (expected: http://
            --bindport 70000                                        | --bindport: 70000 (expected: 0 to 65535)
            --bindip a/b                                            | --bindip: a/b:8765 (expected: HOST:PORT
            --management nowhere                                    | --management: nowhere (expected: HOST:PORT
            --callback-token short                                  | --callback-token: a secret of 5 characters
            --backend queue                                         | Invalid value for option '--backend'
            --log-level LOUD                                        | Invalid value for option '--log-level'
            """)
    void whatCannotBeUsedIsWrongUsage(String options, String said) {
        types(options.split(" ")).exitsWith(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: " + said);
        assertThat(started).isNull();
    }
}
