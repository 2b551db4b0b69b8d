// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.client.PartHandler;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayException;
import dev.fairlead.protocol.websocket.CloseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is forwarded: first the two sides agree on a port, then bytes pass both ways.
 *
 * <pre>
 *   GREETING ──{@link #join}──▶ PASSING ──one direction ends──▶ HALF ──the other ends──▶ over
 *      └──────────────refused, lost, or nothing said for too long───────────────▲
 * </pre>
 */
abstract class ForwardedConnection implements PartHandler {

    /** What azbridge says when TCP has ended. */
    static final CloseStatus SHUTDOWN = new CloseStatus(CloseStatus.NORMAL, "Shutdown");

    /** How long the other side may take to say what it has to say before anything is forwarded. */
    static final Duration GREETING_PATIENCE = Duration.ofSeconds(30);

    /** How long this side may be silent after the other has ended: as long as relays leave such a pair alone. */
    private static final Duration HALF_CLOSED_PATIENCE = Duration.ofSeconds(60);

    private static final int BUFFER_BYTES = 64 * 1024;

    private final String name;
    private final Traffic traffic;
    private final Witness witness;
    private final OpenConnections open;
    private final CompletableFuture<Void> greeted = new CompletableFuture<>();
    private final CountDownLatch saidAll = new CountDownLatch(1);
    private volatile @Nullable RelayConnection connection;
    private volatile @Nullable LocalEnd local;
    private volatile @Nullable OutputStream out;
    private volatile boolean aborted;
    private volatile long toRelay;
    private long fromRelay;

    /**
     * A connection that is still to be opened.
     *
     * @param name for logs
     */
    ForwardedConnection(String name, Traffic traffic, Witness witness, OpenConnections open) {
        this.name = name;
        this.traffic = traffic;
        this.witness = witness;
        this.open = open;
    }

    /** The other side has to say something first. */
    abstract void greet(RelayConnection opened);

    /** Something of what the other side says first came. */
    abstract void onGreeting(RelayConnection opened, ByteBuffer part);

    /** The connection is over, and left nothing open. */
    void onEnd(Ending ending) {}

    /**
     * How a connection ended.
     *
     * @param orderly whether both sides have said all
     * @param words what became of it
     */
    record Ending(boolean orderly, String words) {}

    @Override
    public final void onOpen(RelayConnection opened) {
        connection = opened;
        if (!open.enter(this)) {
            opened.abort();
            return;
        }
        traffic.opened();
        var _ = greeted.orTimeout(GREETING_PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .whenComplete((_, late) -> {
                    if (late != null) {
                        abort();
                    }
                });
        greet(opened);
    }

    @Override
    public final void onTextPart(RelayConnection from, ByteBuffer utf8, boolean last) {
        take(from, utf8);
    }

    @Override
    public final void onBinaryPart(RelayConnection from, ByteBuffer part, boolean last) {
        take(from, part);
    }

    private void take(RelayConnection from, ByteBuffer part) {
        OutputStream to = out;
        if (to == null) {
            onGreeting(from, part);
            to = out;
        }
        if (to == null || !part.hasRemaining()) {
            return;
        }
        try {
            to.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            to.flush();
            fromRelay += part.remaining();
            traffic.fromRelay(part.remaining());
        } catch (IOException _) {
            abort();
        }
    }

    /** Begins to pass bytes both ways: the greeting is over. */
    final void join(RelayConnection joined, LocalEnd end) throws IOException {
        InputStream in = end.in();
        local = end;
        out = end.out();
        if (aborted) {
            end.abort();
        }
        greeted.complete(null);
        witness.event(name + ": open");
        end.reader().name("fairlead-forward").start(() -> pump(in, joined));
    }

    private void pump(InputStream in, RelayConnection to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        long sum = 0;
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                to.sendBinary(ByteBuffer.wrap(buffer, 0, count));
                sum += count;
                toRelay = sum;
                traffic.toRelay(count);
            }
            to.shutdownOutput(SHUTDOWN);
        } catch (IOException | RelayException _) {
            abort();
        } finally {
            saidAll.countDown();
        }
    }

    /** The other side has ended: with 1000 in order, with anything else as if it were lost. */
    @Override
    public final void onClose(RelayConnection from, CloseStatus status) {
        LocalEnd end = local;
        boolean inOrder = status.code() == CloseStatus.NORMAL || status.equals(CloseStatus.NONE);
        if (end == null) {
            over(new Ending(false, said(status)));
        } else if (inOrder && saysAll(end)) {
            over(new Ending(
                    true,
                    "closed, " + Traffic.size(toRelay) + " to the relay, " + Traffic.size(fromRelay) + " from it"));
        } else {
            abort();
            over(new Ending(false, inOrder ? "lost" : "lost: " + said(status)));
        }
    }

    private static String said(CloseStatus status) {
        return status.reason().isEmpty()
                ? "the other side closed" + (status.equals(CloseStatus.NONE) ? "" : " with " + status.code())
                : PortNames.shown(status.reason());
    }

    /** {@return whether this side said all that it had to say, and was not silent for too long meanwhile} */
    private boolean saysAll(LocalEnd end) {
        try {
            end.shutOutput();
            long before;
            do {
                before = toRelay;
                if (saidAll.await(HALF_CLOSED_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    return !aborted;
                }
            } while (toRelay != before);
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Override
    public final void onLost(RelayConnection from, RelayException cause) {
        boolean late = greeted.isCompletedExceptionally();
        abort();
        over(new Ending(
                false, late ? "the other side said nothing for " + GREETING_PATIENCE.toSeconds() + "s" : "lost"));
    }

    /** Ends both legs at once, without a last word. */
    final void abort() {
        aborted = true;
        RelayConnection leg = connection;
        if (leg != null) {
            leg.abort();
        }
        LocalEnd end = local;
        if (end != null) {
            end.abort();
        }
    }

    private void over(Ending ending) {
        greeted.complete(null);
        LocalEnd end = local;
        if (end != null) {
            end.close();
            witness.event(name + ": " + ending.words());
        }
        if (open.leave(this)) {
            traffic.closed();
        }
        onEnd(ending);
    }

    final Witness witness() {
        return witness;
    }

    /** {@return what the connection is called in logs} */
    final String name() {
        return name;
    }
}
