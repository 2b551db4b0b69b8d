// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.server.gateway.BackendConfig;
import dev.fairlead.server.gateway.EndpointConfig;
import dev.fairlead.server.gateway.GatewayConfig;
import dev.fairlead.server.gateway.authentication.AuthenticationConfig;
import dev.fairlead.server.gateway.backend.http.CallbacksConfig;
import dev.fairlead.server.gateway.backend.http.HttpBackendConfig;
import dev.fairlead.server.gateway.delivery.DeadLettersConfig;
import dev.fairlead.server.gateway.delivery.DeliveryConfig;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.HostPort;
import dev.fairlead.server.settings.Secret;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A gateway in the place of {@code python -m socketdock}, with the same options. */
@Command(
        name = "socketdock",
        description = {
            "Holds WebSockets at /ws, posts what their clients say to a backend, and sends what it posts back: in the place of"
                    + " python -m socketdock, until SIGTERM or SIGINT.",
            "What the backend does not take at once is posted again; what it never takes is kept in dead-letters.jsonl in the"
                    + " data directory."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExample:%n",
        footer = {
            "  fairlead socketdock --bindip 0.0.0.0 --bindport 8765 --endpoint http://gateway.internal:8765 --backend http \\",
            "    --connect-uri http://127.0.0.1:8080/connect --message-uri http://127.0.0.1:8080/message \\",
            "    --disconnect-uri http://127.0.0.1:8080/disconnect"
        })
final class SocketDockVerb implements Callable<Integer> {

    private static final String PATH = "/ws";
    private static final int MOST_PORT = 65_535;

    /** What the original answers everybody without a backend. */
    private static final String REPLY = "Hello yourself";

    /** As long as the original waits for an answer; some backends answer a message when its session ends. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

    private static final Duration PING_INTERVAL = Duration.ofSeconds(20);

    private final Surroundings surroundings;
    private final Function<ServerConfig, RunningServer> starter;
    private final StopSignal stop;

    /** What answers the clients; spelled as it is typed. */
    private enum Backend {
        loopback,
        http
    }

    /** The levels of the original; spelled as they are typed. */
    private enum LogLevel {
        DEBUG,
        INFO,
        WARNING,
        ERROR,
        CRITICAL;

        Level level() {
            return switch (this) {
                case DEBUG -> Level.DEBUG;
                case INFO -> Level.INFO;
                case WARNING -> Level.WARN;
                case ERROR, CRITICAL -> Level.ERROR;
            };
        }
    }

    @Option(
            names = "--bindip",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where to listen; ${DEFAULT-VALUE} unless told.")
    private String bindIp = "";

    @Option(
            names = "--bindport",
            paramLabel = "PORT",
            defaultValue = "8765",
            description = "Which port; 0 lets the system choose; ${DEFAULT-VALUE} unless told.")
    private int bindPort;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description =
                    "The base of the addresses that the backend is told to post to; http://ADDRESS:PORT unless told.")
    private @Nullable String endpoint;

    @Option(
            names = "--backend",
            defaultValue = "loopback",
            description = "${COMPLETION-CANDIDATES}; loopback answers every message with \"" + REPLY
                    + "\"; ${DEFAULT-VALUE} unless told.")
    private Backend backend = Backend.loopback;

    @Option(
            names = {"--message-uri", "--message_uri"},
            paramLabel = "URL",
            description = "Where messages are posted; http needs it.")
    private @Nullable String messageUri;

    @Option(
            names = {"--disconnect-uri", "--disconnect_uri"},
            paramLabel = "URL",
            description = "Where it is posted that a client is gone.")
    private @Nullable String disconnectUri;

    @Option(
            names = {"--connect-uri", "--connect_uri"},
            paramLabel = "URL",
            description = "Where it is posted that a client came.")
    private @Nullable String connectUri;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "INFO",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless told.")
    private LogLevel logLevel = LogLevel.INFO;

    @Option(
            names = "--log-config",
            paramLabel = "FILE",
            description = "Of the original, which is written in Python; it is not read.")
    private @Nullable String logConfig;

    @Option(
            names = "--callback-token",
            paramLabel = "TOKEN",
            description =
                    "What the backend has to show as \"Authorization: Bearer TOKEN\"; @FILE reads it from a file.")
    private @Nullable String callbackToken;

    @Option(
            names = "--data-directory",
            paramLabel = "DIRECTORY",
            defaultValue = "./data",
            description = "Where dead letters are kept; ${DEFAULT-VALUE} unless told.")
    private Path dataDirectory = Path.of("");

    @Option(
            names = "--management",
            paramLabel = "HOST:PORT",
            description = "Where /metrics, /livez and /readyz are served; nowhere unless told.")
    private @Nullable String management;

    /**
     * Makes the verb.
     *
     * @param starter starts a server, or throws what ends the command
     * @param stop tells when to stop
     */
    SocketDockVerb(Surroundings surroundings, Function<ServerConfig, RunningServer> starter, StopSignal stop) {
        this.surroundings = surroundings;
        this.starter = starter;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (StopSignal.Watch _ = stop.watch()) {
            return serve();
        }
    }

    private int serve() throws InterruptedException {
        Output output = surroundings.output();
        ServerConfig config = config();
        if (LoggerFactory.getLogger("dev.fairlead") instanceof Logger logger && logger.getLevel() != Level.DEBUG) {
            logger.setLevel(logLevel.level()); // --debug has set it before
        }
        if (logConfig != null) {
            output.warning(
                    "--log-config " + logConfig + " is not read: it configures the log of Python; see --log-level");
        }
        if (callbackToken == null && backend == Backend.http) {
            output.warning(
                    "callbacks need no token: whoever reaches the port and knows a connection_id can write to its client;"
                            + " let the backend show a token, and name it with --callback-token");
        }
        RunningServer server = starter.apply(config);
        output.line("fairlead ready: socketdock " + server.relayAddresses().getFirst()
                + (management == null ? "" : ", management " + server.managementAddress()));
        stop.await(server::drain);
        return ExitCode.DONE.code();
    }

    private ServerConfig config() {
        if (bindPort < 0 || bindPort > MOST_PORT) {
            throw CommandFailure.misused("--bindport: " + bindPort + " (expected: 0 to " + MOST_PORT + ")");
        }
        EndpointConfig clients = new EndpointConfig(
                PATH,
                List.of("*"),
                AuthenticationConfig.DEFAULT,
                ByteSize.ofMiB(4),
                ByteSize.ofMiB(8),
                PING_INTERVAL,
                null,
                false,
                List.of(),
                null,
                DeliveryConfig.DEFAULT,
                behind());
        GatewayConfig gateway = new GatewayConfig(
                endpoint == null ? null : understood("--endpoint", endpoint, GatewayConfig::base),
                List.of(clients),
                new CallbacksConfig(token()),
                DeadLettersConfig.DEFAULT);
        InetSocketAddress listen = understood(
                "--bindip", (bindIp.contains(":") ? "[" + bindIp + "]" : bindIp) + ":" + bindPort, HostPort::parse);
        return ServerConfig.ofGateway(
                dataDirectory,
                listen,
                gateway,
                management == null ? null : understood("--management", management, HostPort::parse));
    }

    private BackendConfig behind() {
        if (backend == Backend.loopback) {
            return new BackendConfig.Loopback(REPLY);
        }
        if (messageUri == null) {
            throw CommandFailure.misused("--message-uri: missing (expected: where --backend http posts messages)");
        }
        return new BackendConfig.Http(HttpBackendConfig.of(
                connectUri == null ? null : understood("--connect-uri", connectUri, HttpBackendConfig::address),
                understood("--message-uri", messageUri, HttpBackendConfig::address),
                disconnectUri == null
                        ? null
                        : understood("--disconnect-uri", disconnectUri, HttpBackendConfig::address),
                ANSWER_TIMEOUT));
    }

    private @Nullable Secret token() {
        if (callbackToken == null) {
            return null;
        }
        String token = Argument.text("--callback-token", callbackToken);
        if (token.length() < CallbacksConfig.SHORTEST_TOKEN || token.length() > CallbacksConfig.LONGEST_TOKEN) {
            throw CommandFailure.misused("--callback-token: a secret of " + token.length() + " characters (expected: "
                    + CallbacksConfig.SHORTEST_TOKEN + " to " + CallbacksConfig.LONGEST_TOKEN + ")");
        }
        return Secret.of(token);
    }

    private static <T> T understood(String option, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.misused(option + ": " + e.getMessage());
        }
    }
}
