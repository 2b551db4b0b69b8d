// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.settings.Durations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Examines why a client cannot connect, one step after the other. Used once, by one thread. */
public final class Doctor {

    /** A step that waits has its own time-out, which says more; this is for one that hangs elsewhere, as in DNS. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Complaint complaint;
    private final Consumer<Finding> teller;
    private String blocker = "";

    /**
     * Prepares an examination.
     *
     * @param teller told each finding as soon as it is made, on the caller's thread
     */
    public Doctor(Complaint complaint, Consumer<Finding> teller) {
        this.complaint = complaint;
        this.teller = teller;
    }

    /**
     * Takes every step.
     *
     * @throws InterruptedException if the caller's thread is to wait no longer
     */
    public void examine() throws InterruptedException {
        Duration limit = complaint.limit();
        Relay relay = take(
                ConnectionStringStep.NAME,
                () -> ConnectionStringStep.examine(
                        complaint.connectionString(), complaint.path(), complaint.token() != null));
        Detour detour =
                relay == null ? null : complaint.detours().apply(relay.url()).orElse(null);
        Approach approach = relay == null || detour == null ? straight(relay) : by(detour, relay);
        Way way = take(
                TlsStep.NAME,
                relay == null || approach == null
                        ? null
                        : () -> new TlsStep(
                                        relay,
                                        approach,
                                        complaint.trusted(),
                                        complaint.clock().instant(),
                                        limit)
                                .examine());
        Duration ahead = take(ClockStep.NAME, way == null ? null : () -> ClockStep.examine(way, complaint.clock()));
        Duration correction = ahead == null ? Duration.ZERO : ahead;
        Pass pass = take(
                TokenStep.NAME,
                relay == null
                        ? null
                        : () -> new TokenStep(relay, complaint.clock().instant(), correction)
                                .examine(complaint.token()));
        if (way == null || pass == null) {
            List.of(KeyStep.NAME, PathStep.NAME, ListenersStep.NAME, SendStep.NAME, ListenStep.NAME)
                    .forEach(this::blocked);
        } else if (way.relay().path().isEmpty()) {
            List.of(KeyStep.NAME, PathStep.NAME, ListenersStep.NAME, SendStep.NAME, ListenStep.NAME)
                    .forEach(step -> teller.accept(Finding.skipped(step, "no PATH was given")));
        } else {
            examine(way, pass);
        }
    }

    private @Nullable Approach straight(@Nullable Relay relay) throws InterruptedException {
        List<InetAddress> addresses = take(NameStep.NAME, relay == null ? null : () -> NameStep.examine(relay.host()));
        return take(
                PortStep.NAME,
                relay == null || addresses == null
                        ? null
                        : () -> PortStep.examine(addresses, relay.port(), complaint.limit(), complaint.environment()));
    }

    private @Nullable Approach by(Detour detour, Relay relay) throws InterruptedException {
        teller.accept(Finding.ok(NameStep.NAME, relay.host() + " is looked up by " + detour.shown()));
        return take(PortStep.NAME, () -> PortStep.examine(detour, relay, complaint.limit()));
    }

    private void examine(Way way, Pass pass) throws InterruptedException {
        Hybrid hybrid = pass.token() == null ? unasked() : asked(way, pass);
        if (hybrid == null) {
            List.of(SendStep.NAME, ListenStep.NAME).forEach(this::blocked);
            return;
        }
        Objection sending = null;
        if (complaint.connects()) {
            sending = take(SendStep.NAME, () -> SendStep.examine(way, pass, hybrid));
        } else {
            teller.accept(Finding.skipped(SendStep.NAME, "--no-connect"));
        }
        Optional<Finding> abstention = ListenStep.abstention(pass, hybrid, sending, complaint.listens());
        if (abstention.isPresent()) {
            teller.accept(abstention.get());
        } else {
            // a key that can do neither is of no use
            boolean needed = complaint.listens() || sending == Objection.NO_RIGHT;
            take(ListenStep.NAME, () -> Insight.end(ListenStep.examine(way, pass, needed)));
        }
    }

    private Hybrid unasked() {
        List.of(KeyStep.NAME, PathStep.NAME, ListenersStep.NAME)
                .forEach(step ->
                        teller.accept(Finding.skipped(step, "without a key or a token the relay does not tell")));
        return Hybrid.UNTOLD;
    }

    private @Nullable Hybrid asked(Way way, Pass pass) throws InterruptedException {
        HybridPath path = way.relay().path();
        Answer answer = take(KeyStep.NAME, () -> KeyStep.examine(way, pass));
        Hybrid hybrid = take(PathStep.NAME, answer == null ? null : () -> PathStep.judge(path, answer));
        if (hybrid == null) {
            blocked(ListenersStep.NAME);
        } else {
            teller.accept(ListenersStep.judge(path, hybrid));
        }
        return hybrid;
    }

    /**
     * Tells what a step found, and returns what was learnt.
     *
     * @param work null where an earlier step found nothing to go on from
     */
    private <T> @Nullable T take(String step, @Nullable Callable<Insight<T>> work) throws InterruptedException {
        if (work == null) {
            blocked(step);
            return null;
        }
        Insight<T> insight = limited(step, work);
        teller.accept(insight.finding());
        if (insight.learnt() == null && blocker.isEmpty()) {
            blocker = step;
        }
        return insight.learnt();
    }

    private <T> Insight<T> limited(String step, Callable<Insight<T>> work) throws InterruptedException {
        FutureTask<Insight<T>> task = new FutureTask<>(work);
        Thread.ofVirtual().name("fairlead-doctor").start(task);
        try {
            return task.get(complaint.limit().plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return Insight.end(late(step));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                return Insight.end(late(step));
            }
            if (e.getCause() instanceof IOException failure) {
                return Insight.end(Finding.fail(
                        step,
                        Objects.requireNonNullElse(
                                failure.getMessage(), failure.getClass().getSimpleName()),
                        "the connection broke: see the relay's log, and what lies between, such as a proxy"));
            }
            throw e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e.getCause());
        }
    }

    private Finding late(String step) {
        return Finding.fail(
                step,
                "no answer within " + Durations.print(complaint.limit()),
                "see whether the relay, or what lies between, is overloaded; --timeout gives it more time");
    }

    private void blocked(String step) {
        teller.accept(Finding.skipped(step, blocker + " has to be put right first"));
    }
}
