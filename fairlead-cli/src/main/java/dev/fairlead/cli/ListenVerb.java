// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.client.Acceptance;
import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.ListenerState;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.server.settings.Durations;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A listener, until it is told to stop. */
@Command(
        name = "listen",
        description = {
            "Listens on a hybrid connection until SIGTERM or SIGINT, and prints each message and each HTTP request that senders"
                    + " send.",
            "With --to, a local server answers HTTP requests and WebSockets, and one line tells of each. What stands below the"
                    + " hybrid connection is appended to the URL: enter pages with a slash at the end (…/hello/), so that their"
                    + " relative links stay below; absolute links pass unchanged. The server is told where it is seen by"
                    + " X-Forwarded-Prefix, -Host, -Proto and -For."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairlead listen @data/connection-string hello",
            "  FAIRLEAD_CONNECTION_STRING=@data/connection-string fairlead listen hello --echo",
            "  fairlead listen @data/connection-string hello --to http://localhost:8080"
        })
final class ListenVerb implements Callable<Integer> {

    private final Surroundings surroundings;
    private final StopSignal stop;

    @Mixin
    private Destination destination = new Destination();

    @Mixin
    private Trust trust = new Trust();

    @ArgGroup
    private Answers answers = new Answers();

    /** What is done with what comes. */
    private static final class Answers {

        @Option(
                names = "--echo",
                description =
                        "Send each message back instead of printing it, and answer each HTTP request with what it says.")
        private boolean echo;

        @Option(
                names = "--to",
                paramLabel = "URL",
                description = "Have a local server at http://HOST[:PORT][/PATH], or https, answer.")
        private @Nullable URI to;
    }

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing of what comes.")
    private boolean quiet;

    private boolean lost;

    ListenVerb(Surroundings surroundings, StopSignal stop) {
        this.surroundings = surroundings;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (StopSignal.Watch _ = stop.watch()) {
            return listen();
        }
    }

    private int listen() throws InterruptedException {
        ConnectionString string = destination.in(surroundings.environment());
        RelayListener listener = listener(string);
        try {
            listener.open().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RelayException failure) {
                throw Destination.failure(failure, string, surroundings.environment(), "Listen");
            }
            throw new IllegalStateException(e.getCause());
        }
        surroundings.output().line("listening on " + listener.path());
        stop.await(listener::close);
        return ExitCode.DONE.code();
    }

    private RelayListener listener(ConnectionString string) {
        try {
            RelayListener.Builder builder = RelayListener.builder(string).onStateChange(this::tell);
            SSLContext trusted = trust.context();
            if (trusted != null) {
                builder.sslContext(trusted);
            }
            EnvironmentProxies.of(surroundings.environment())
                    .ifPresent(proxies -> builder.proxy(proxies, proxies.authenticator()));
            URI to = answers.to;
            if (to != null) {
                forward(builder, trusted == null ? RelayForwarder.to(to) : RelayForwarder.to(to, trusted));
            } else if (answers.echo) {
                builder.onConnection(new Echo()).onRequest(Requests::echo);
            } else {
                Output shown = quiet ? Output.nowhere() : surroundings.output();
                builder.onConnection(new Print(shown)).onRequest(exchange -> Requests.print(exchange, shown));
            }
            return builder.build();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.misused(
                    Objects.requireNonNullElse(e.getMessage(), "the connection string is of no use"));
        }
    }

    private void forward(RelayListener.Builder builder, RelayForwarder forwarder) {
        Output shown = quiet ? Output.nowhere() : surroundings.output();
        builder.onRequest(exchange -> Requests.forward(exchange, forwarder, shown))
                .onAccept(request -> {
                    Acceptance answer = forwarder.accept(request);
                    shown.line("WebSocket /" + request.path() + ": " + answer);
                    return answer;
                });
    }

    /** Runs on the listener's thread alone. */
    private void tell(ListenerState state) {
        switch (state) {
            case ListenerState.Reconnecting reconnecting -> {
                lost = true;
                surroundings
                        .output()
                        .note("not online: " + reconnecting.cause().getMessage() + "; trying again in "
                                + Durations.print(reconnecting.delay()));
            }
            case ListenerState.Online _ -> {
                if (lost) {
                    surroundings.output().note("online");
                }
            }
            case ListenerState.Connecting _ -> {
                // the user has just asked for it
            }
            case ListenerState.Closed _ -> {
                // told by the command's end
            }
        }
    }

    /** Sends back what comes. */
    private static final class Echo implements ConnectionHandler {

        @Override
        public void onText(RelayConnection connection, String text) {
            connection.sendText(text);
        }

        @Override
        public void onBinary(RelayConnection connection, byte[] message) {
            connection.sendBinary(ByteBuffer.wrap(message));
        }
    }

    /** Prints what comes. */
    static class Print implements ConnectionHandler {

        private final Output output;

        Print(Output output) {
            this.output = output;
        }

        @Override
        public void onText(RelayConnection connection, String text) {
            output.line(text);
        }

        @Override
        public void onBinary(RelayConnection connection, byte[] message) {
            output.line("[" + message.length + " bytes of binary]");
        }
    }
}
