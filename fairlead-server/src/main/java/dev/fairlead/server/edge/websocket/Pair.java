// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import dev.fairlead.server.connection.ConnectionObserver;
import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two joined sockets: carries out what {@link PairLife} decides. Confined to the event loop that both live on. */
final class Pair {

    private static final Logger LOGGER = LoggerFactory.getLogger(Pair.class);

    /**
     * How long one side may be silent after the other said Close. What it has to say may take longer: half of a forwarded TCP
     * connection ends with its upload, and the answer can be gigabytes.
     */
    private static final long CLOSE_PATIENCE_SECONDS = 60;

    private final Channel firstChannel;
    private final FramePump first;
    private final FramePump second;
    private final EdgeLoop loop;
    private final @Nullable Duration idleTimeout;
    private final ConnectionObserver observer;

    private PairLife.State state = PairLife.State.JOINED;
    private byte[] lastClose = new byte[0];
    private CloseStatus ownClose = CloseStatus.NONE;
    private boolean ended;
    private boolean moved;
    private @Nullable Future<?> patience;
    private @Nullable Future<?> idleWatch;

    /**
     * Joins two channels that live on {@code loop}; frames pass as soon as both {@linkplain #pump pumps} stand in their
     * pipelines.
     */
    Pair(
            Channel firstChannel,
            EdgeLoop loop,
            boolean reservedBits,
            @Nullable Duration idleTimeout,
            ConnectionObserver observer) {
        this.firstChannel = firstChannel;
        this.loop = loop;
        this.idleTimeout = idleTimeout;
        this.observer = observer;
        this.first = new FramePump(this, PairLife.Side.FIRST, loop.buffer(), reservedBits);
        this.second = new FramePump(this, PairLife.Side.SECOND, loop.buffer(), reservedBits);
        observer.joined();
        loop.pairs().add(this);
        if (idleTimeout != null) {
            watchIdleness(idleTimeout.toNanos());
        }
    }

    FramePump pump(PairLife.Side side) {
        return side == PairLife.Side.FIRST ? first : second;
    }

    Heartbeats heartbeats() {
        return loop.heartbeats();
    }

    boolean watchesIdleness() {
        return idleTimeout != null;
    }

    /** A socket is to be closed as soon as it has taken what it is still owed. */
    void parting(Channel channel) {
        loop.parting().incrementAndGet();
        channel.closeFuture().addListener(closed -> loop.parting().decrementAndGet());
    }

    /** Something of a message came, not just control frames. */
    void moved() {
        moved = true;
    }

    void relayed(int bytes) {
        observer.relayed(bytes);
    }

    void saidClose(PairLife.Side side, byte[] payload) {
        lastClose = payload;
        // Who has said its last word sends no pong either; who was told of it may not read behind it.
        pump(side).stopPinging();
        pump(side.other()).excuseSilence();
        happened(new PairLife.Event.SaidClose(side));
    }

    void violated(PairLife.Side side, ProtocolViolation violation) {
        observer.violated(violation.status().code());
        ownClose = violation.status();
        happened(new PairLife.Event.Violated(side));
    }

    void fellSilent(PairLife.Side side) {
        observer.fellSilent();
        pump(side).part();
        happened(new PairLife.Event.HungUp(side));
    }

    void failed(PairLife.Side side, Throwable cause) {
        if (cause instanceof IOException) {
            LOGGER.atDebug()
                    .addKeyValue("connection", firstChannel.id())
                    .log("joined socket lost: {}", cause.getMessage());
        } else if (cause instanceof OutOfMemoryError) {
            LOGGER.atDebug()
                    .addKeyValue("connection", firstChannel.id())
                    .log("joined socket cut off, no memory for what it is sent: {}", cause.getMessage());
            observer.memoryShort();
        } else {
            LOGGER.atError()
                    .addKeyValue("connection", firstChannel.id())
                    .setCause(cause)
                    .log("a joined socket met a fault");
        }
        pump(side).part();
        happened(new PairLife.Event.HungUp(side));
    }

    /** Ends the pair on the server's own account. */
    void dismiss(CloseStatus status) {
        ownClose = status;
        happened(new PairLife.Event.Dismissed());
    }

    void happened(PairLife.Event event) {
        PairLife.Step step = PairLife.next(state, event);
        state = step.next();
        step.effects().forEach(this::carryOut);
        if (state.equals(PairLife.State.OVER) && !ended) {
            ended = true;
            cancel(patience);
            cancel(idleWatch);
            loop.pairs().remove(this);
            observer.parted();
        }
    }

    private void carryOut(PairLife.Effect effect) {
        switch (effect) {
            case PairLife.Effect.ForwardClose(PairLife.Side to) -> sayClose(to, lastClose);
            case PairLife.Effect.AwaitClose() -> awaitClose();
            case PairLife.Effect.Part(PairLife.Side side) -> pump(side).part();
            case PairLife.Effect.Cut(PairLife.Side side) -> {
                pump(side).goDeaf();
                pump(side).part();
            }
            case PairLife.Effect.SayClose(PairLife.Side side) -> {
                pump(side).goDeaf();
                sayClose(side, ownClose.payload());
                pump(side).part();
            }
        }
    }

    private void awaitClose() {
        moved = false;
        patience = loop.executor()
                .schedule(
                        () -> {
                            if (moved && state.hearsOnly()) {
                                awaitClose();
                            } else {
                                happened(new PairLife.Event.PatienceEnded());
                            }
                        },
                        CLOSE_PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
    }

    private void sayClose(PairLife.Side to, byte[] payload) {
        pump(to).send(FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.CLOSE, payload));
    }

    private void watchIdleness(long nanos) {
        idleWatch = loop.executor()
                .schedule(
                        () -> {
                            if (first.isIdleFor(nanos) && second.isIdleFor(nanos)) {
                                dismiss(CloseStatus.clipped(CloseStatus.GOING_AWAY, "Idle for too long"));
                            } else {
                                watchIdleness(nanos);
                            }
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
