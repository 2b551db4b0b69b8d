// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The connection with NATS, which is sought until it is found, and found again when it is lost. Safe from any thread. */
final class Link {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(2);

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    /** Is told how the connection fares. On threads of the connection, one call at a time. */
    interface Listener {

        /** A connection is made, and nothing is subscribed to on it. */
        void opened(Connection made);

        /** It can be published, and what was subscribed to is. */
        void ready();

        /** The server is lost; subscriptions come back with it. */
        void lost();

        /** The connection is over; another one will be opened. */
        void over();
    }

    private final NatsTerms terms;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final Listener listener;
    private final Object lock = new Object();
    private volatile @Nullable Connection connection;
    private volatile boolean there;
    private volatile CompletableFuture<@Nullable Void> meeting = new CompletableFuture<>();
    private volatile String trouble = "no server has been found yet";
    private int tries;
    private boolean closed;

    Link(NatsTerms terms, ExecutorService threads, ScheduledExecutorService timer, Listener listener) {
        this.terms = terms;
        this.threads = threads;
        this.timer = timer;
        this.listener = listener;
    }

    /** Begins to look for a server. */
    void seek(ThreadFactory daemons) {
        threads.execute(() -> connect(options(daemons)));
    }

    private Options options(ThreadFactory daemons) {
        Options.Builder options = Options.builder()
                .servers(terms.servers().toArray(String[]::new))
                .connectionName(terms.connectionName())
                .maxReconnects(-1)
                .reconnectDelayHandler(rounds -> pause((int) Math.min(rounds, 30)))
                .reconnectBufferSize(0) // whoever publishes then is told at once
                .pingInterval(Duration.ofSeconds(5))
                .maxMessagesInOutgoingQueue(2 * Courier.MOST_UNDERWAY + 100_000) // so that nobody waits to get in
                .discardMessagesWhenOutgoingQueueFull()
                .executor(threads)
                .scheduledExecutor(timer)
                .callbackThreadFactory(daemons)
                .connectThreadFactory(daemons)
                .readerThreadFactory(daemons)
                .writerThreadFactory(daemons)
                .connectionListener(new ConnectionListener() {
                    @Override
                    @Deprecated
                    public void connectionEvent(Connection from, Events event) {
                        happened(from, event);
                    }
                })
                .errorListener(new ErrorListener() {
                    @Override
                    public void errorOccurred(Connection from, String error) {
                        // what it refuses before that, the trouble says
                        LOGGER.log(
                                there ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
                                "NATS refuses something: {0}",
                                error);
                    }

                    @Override
                    public void exceptionOccurred(Connection from, Exception fault) {
                        LOGGER.log(System.Logger.Level.DEBUG, "NATS: {0}", fault.toString());
                    }
                });
        if (terms.credentials() != null) {
            options.authHandler(Nats.credentials(terms.credentials().toString()));
        }
        if (terms.tls() != null) {
            options.sslContext(terms.tls());
        }
        return options.build();
    }

    /** {@return how long to wait before the next try: twice as long each time, up to 5 s, and never all programs as long} */
    private static Duration pause(int tries) {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(tries, 10));
        return Duration.ofMillis(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    }

    private void connect(Options options) {
        Connection made;
        try {
            made = Nats.connect(options);
        } catch (AuthenticationException refused) {
            connectLater(options, "the server refuses the credentials");
            return;
        } catch (IOException | RuntimeException away) {
            connectLater(options, "there is no server at " + String.join(", ", terms.places()));
            return;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (lock) {
            if (!closed) {
                tries = 0;
                connection = made;
                listener.opened(made);
                there();
                listener.ready();
                return;
            }
        }
        end(made);
    }

    private void connectLater(Options options, String why) {
        away(why);
        int before = tries++;
        if (before == 0) {
            LOGGER.log(System.Logger.Level.WARNING, "NATS is away: {0}", why);
        }
        try {
            var unused = timer.schedule(
                    () -> threads.execute(() -> connect(options)), pause(before).toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            // closed meanwhile
        }
    }

    private void happened(Connection from, ConnectionListener.Events event) {
        if (!from.equals(connection)) {
            return;
        }
        switch (event) {
            case DISCONNECTED -> {
                away("the connection to " + String.join(", ", terms.places()) + " is lost");
                LOGGER.log(System.Logger.Level.WARNING, "NATS is away: {0}", trouble);
                listener.lost();
            }
            case RESUBSCRIBED -> {
                there();
                LOGGER.log(System.Logger.Level.INFO, "NATS is there again");
                listener.ready();
            }
            case CLOSED -> {
                synchronized (lock) {
                    if (closed) {
                        return;
                    }
                    connection = null;
                    listener.over();
                }
                connectLater(
                        from.getOptions(), "the server refuses the credentials"); // else it would not have given up
            }
            default -> {
                // nothing that matters here
            }
        }
    }

    private void there() {
        trouble = "";
        there = true;
        meeting.complete(null);
    }

    private void away(String why) {
        trouble = why;
        there = false;
        if (meeting.isDone()) {
            meeting = new CompletableFuture<>();
        }
    }

    /** {@return the connection, whose server may be lost; null as long as there is none} */
    @Nullable
    Connection connection() {
        return connection;
    }

    /** {@return whether it can be published now} */
    boolean isThere() {
        return there;
    }

    /** {@return why it cannot be published, for operators; empty if it can} */
    String trouble() {
        return trouble;
    }

    /** {@return completes as soon as NATS is there; never, if it does not come back, or the link is closed before} */
    CompletableFuture<@Nullable Void> whenConnected() {
        return meeting.copy();
    }

    /** Publishes what nobody need receive. */
    void tell(String subject, byte[] body) {
        Connection now = connection;
        if (now == null) {
            return;
        }
        try {
            now.publish(subject, body);
        } catch (IllegalStateException | IllegalArgumentException away) {
            LOGGER.log(System.Logger.Level.DEBUG, "NATS does not take a message: {0}", away.getMessage());
        }
    }

    /** Takes no more to publish, without touching the connection. */
    void part() {
        away("the bus is closed");
    }

    /** Ends the connection, and looks for none any more. */
    void close() {
        Connection now;
        synchronized (lock) {
            closed = true;
            now = connection;
        }
        if (now != null) {
            end(now);
        }
    }

    private static void end(Connection one) {
        try {
            if (one.getStatus() == Connection.Status.CONNECTED) {
                one.flush(FLUSH_LIMIT);
            }
            one.close();
        } catch (TimeoutException | IllegalStateException gone) {
            LOGGER.log(System.Logger.Level.DEBUG, "NATS was gone before the bus was closed");
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
