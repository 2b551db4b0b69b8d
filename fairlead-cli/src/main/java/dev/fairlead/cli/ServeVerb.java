// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.server.FairleadServer;
import dev.fairlead.server.StartException;
import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.Loaded;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.server.settings.OwnerOnlyFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the server until it is told to stop. */
@Command(
        name = "serve",
        description = "Runs the server until SIGTERM or SIGINT. SIGHUP makes it read its file again.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {"  fairlead serve", "  fairlead serve -c fairlead.yaml --set listen.0.address=127.0.0.1:9500"})
final class ServeVerb implements Callable<Integer> {

    private static final Logger LOGGER = LoggerFactory.getLogger(ServeVerb.class);

    private final Surroundings surroundings;
    private final Function<ServerConfig, RunningServer> starter;
    private final ReloadSignal reload;
    private final StopSignal stop;

    @Mixin
    private ConfigSource source = new ConfigSource();

    /**
     * Makes the verb.
     *
     * @param starter starts a server, or throws what ends the command
     * @param reload tells when to read the configuration again
     * @param stop tells when to stop
     */
    ServeVerb(
            Surroundings surroundings,
            Function<ServerConfig, RunningServer> starter,
            ReloadSignal reload,
            StopSignal stop) {
        this.surroundings = surroundings;
        this.starter = starter;
        this.reload = reload;
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
        // From the first moment on, or a signal that comes before the server runs would end the process.
        CompletableFuture<RunningServer> running = new CompletableFuture<>();
        if (source.file() != null) { // without one there is nothing to read, and a closed terminal means the end
            reload.whenHeard(() -> reload(running.join()));
        }
        Loaded loaded = source.loader(surroundings.environment()).load();
        loaded.warnings().forEach(output::warning);
        RunningServer server = starter.apply(loaded.config());
        if (source.file() == null) {
            output.text(welcome(loaded.config(), server.relayAddresses()));
        }
        String relay = server.relayAddresses().stream().map(URI::toString).collect(Collectors.joining(" "));
        output.line("fairlead ready: relay " + relay + ", management " + server.managementAddress());
        running.complete(server);
        stop.await(server::drain);
        return ExitCode.DONE.code();
    }

    private void reload(RunningServer server) {
        Loaded loaded;
        try {
            loaded = source.loader(surroundings.environment()).load();
        } catch (ConfigException e) {
            server.refuse(e);
            return;
        }
        loaded.warnings().forEach(LOGGER::warn);
        server.reload(loaded.config());
    }

    /** What libraries tell the JDK's log goes the way of our own: in one form, and nobody waits for it. */
    private static void gatherLogs() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /**
     * Starts the server itself.
     *
     * @throws CommandFailure if it cannot be started
     */
    static RunningServer start(ServerConfig config) {
        gatherLogs();
        FairleadServer server;
        try {
            server = FairleadServer.start(config);
        } catch (StartException e) {
            throw CommandFailure.failed(Objects.requireNonNullElse(e.getMessage(), "the server cannot be started"));
        }
        return new RunningServer() {
            @Override
            public List<URI> relayAddresses() {
                return server.relayAddresses();
            }

            @Override
            public URI managementAddress() {
                return server.managementAddress();
            }

            @Override
            public void reload(ServerConfig next) {
                var _ = server.reload(next);
            }

            @Override
            public void refuse(ConfigException next) {
                server.refuse(next);
            }

            @Override
            public void drain() {
                server.drain();
            }
        };
    }

    private static String welcome(ServerConfig config, List<URI> relay) {
        Welcome welcome = new Welcome(config, relay);
        keep(welcome.file(), welcome.connectionString());
        keep(welcome.plainFile(), welcome.plainConnectionString());
        return welcome.text();
    }

    private static void keep(Path file, String connectionString) {
        try {
            OwnerOnlyFile.write(file, connectionString + System.lineSeparator());
        } catch (IOException e) {
            throw CommandFailure.failed(file + ": it cannot be written ("
                    + e.getClass().getSimpleName() + "); let this user write there, or set dataDirectory");
        }
    }
}
