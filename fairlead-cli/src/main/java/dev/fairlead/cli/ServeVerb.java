// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.server.FairleadServer;
import dev.fairlead.server.StartException;
import dev.fairlead.server.config.Loaded;
import dev.fairlead.server.config.OwnerOnlyFile;
import dev.fairlead.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the server until it is told to stop. */
@Command(
        name = "serve",
        description = "Runs the server until SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {"  fairlead serve", "  fairlead serve -c fairlead.yaml --set listen.0.address=127.0.0.1:9500"})
final class ServeVerb implements Callable<Integer> {

    private final Surroundings surroundings;
    private final Function<ServerConfig, RunningServer> starter;
    private final StopSignal stop;

    @Mixin
    private ConfigSource source = new ConfigSource();

    /**
     * Makes the verb.
     *
     * @param starter starts a server, or throws what ends the command
     * @param stop tells when to stop
     */
    ServeVerb(Surroundings surroundings, Function<ServerConfig, RunningServer> starter, StopSignal stop) {
        this.surroundings = surroundings;
        this.starter = starter;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        Output output = surroundings.output();
        Loaded loaded = source.loader(surroundings.environment()).load();
        loaded.warnings().forEach(output::warning);
        RunningServer server = starter.apply(loaded.config());
        if (source.file() == null) {
            output.text(welcome(loaded.config(), server.relayAddresses()));
        }
        String relay = server.relayAddresses().stream().map(URI::toString).collect(Collectors.joining(" "));
        output.line("fairlead ready: relay " + relay + ", management " + server.managementAddress());
        stop.await(server::drain);
        return ExitCode.DONE.code();
    }

    /**
     * Starts the server itself.
     *
     * @throws CommandFailure if it cannot be started
     */
    static RunningServer start(ServerConfig config) {
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
