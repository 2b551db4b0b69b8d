// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.client.RelayClosed;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelaySender;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.websocket.CloseStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A sender: standard input to the listener, line by line, and the listener's answers to standard output. */
@Command(
        name = "send",
        description =
                "Sends standard input line by line to the listener of a hybrid connection, and prints its answers.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairlead send @data/connection-string hello",
            "  echo ahoy | FAIRLEAD_CONNECTION_STRING=@data/connection-string fairlead send hello"
        })
final class SendVerb implements Callable<Integer> {

    /** As long as relays leave a half-closed connection alone. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(60);

    private final Surroundings surroundings;

    @Mixin
    private Destination destination = new Destination();

    @Mixin
    private Trust trust = new Trust();

    private volatile boolean unreadable;

    SendVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        ConnectionString string = destination.in(surroundings.environment());
        Answers answers = new Answers(surroundings.output());
        RelayConnection connection = connect(string, answers);
        CompletableFuture<Void> input = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("fairlead-input").start(() -> pump(connection, input));
        CompletableFuture<CloseStatus> closed = connection.closed();
        CompletableFuture.anyOf(input.exceptionally(failure -> null), closed.exceptionally(failure -> CloseStatus.NONE))
                .join();
        CloseStatus status = end(connection, closed, answers);
        if (input.isCompletedExceptionally()) {
            throw CommandFailure.failed("the connection was closed before everything was sent");
        }
        if (status == null) {
            surroundings
                    .output()
                    .warning("the listener has said nothing for " + LAST_ANSWERS.toSeconds() + "s, and did not close");
        } else if (status.code() != CloseStatus.NORMAL && !status.equals(CloseStatus.NONE)) {
            throw CommandFailure.failed(
                    "the connection was closed: " + (status.code() + " " + status.reason()).strip());
        }
        return ExitCode.DONE.code();
    }

    private RelayConnection connect(ConnectionString string, Answers answers) throws InterruptedException {
        try {
            RelaySender.Builder builder = RelaySender.builder(string);
            SSLContext trusted = trust.context();
            if (trusted != null) {
                builder.sslContext(trusted);
            }
            EnvironmentProxies.of(surroundings.environment())
                    .ifPresent(proxies -> builder.proxy(proxies, proxies.authenticator()));
            return builder.build().connect(answers).get();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.misused(
                    Objects.requireNonNullElse(e.getMessage(), "the connection string is of no use"));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RelayException failure) {
                throw Destination.failure(failure, string, surroundings.environment(), "Send");
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Messages are UTF-8, whatever the process is told of its locale. */
    private void pump(RelayConnection connection, CompletableFuture<Void> input) {
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(surroundings.input(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                connection.sendText(line);
            }
            connection.shutdownOutput();
            input.complete(null);
        } catch (RelayClosed e) {
            input.completeExceptionally(e);
        } catch (IOException e) {
            unreadable = true;
            input.completeExceptionally(e);
            connection.abort();
        }
    }

    /** {@return the listener's last word; null if it said nothing for too long} */
    private @Nullable CloseStatus end(
            RelayConnection connection, CompletableFuture<CloseStatus> closed, Answers answers)
            throws InterruptedException {
        long left = LAST_ANSWERS.toNanos();
        while (left > 0) {
            try {
                return closed.get(left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                left = LAST_ANSWERS.toNanos() - (System.nanoTime() - answers.heard);
            } catch (ExecutionException e) {
                throw CommandFailure.failed(
                        unreadable ? "standard input cannot be read" : "the connection to the listener was lost");
            }
        }
        connection.abort();
        return null;
    }

    /** Prints what comes, and remembers when. */
    private static final class Answers extends ListenVerb.Print {

        private volatile long heard = System.nanoTime();

        Answers(Output output) {
            super(output);
        }

        @Override
        public void onText(RelayConnection connection, String text) {
            heard = System.nanoTime();
            super.onText(connection, text);
        }

        @Override
        public void onBinary(RelayConnection connection, byte[] message) {
            heard = System.nanoTime();
            super.onBinary(connection, message);
        }
    }
}
