// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.MemoryShortage;
import dev.fairlead.server.edge.socket.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One side of a joined pair: reads its frames and writes them to the other side. Pauses while the other side has anything
 * left to write; answers and sends pings; tells the pair of a Close, of a broken rule, and of its end.
 */
final class FramePump extends ChannelInboundHandlerAdapter implements FrameRewriter.Outlet {

    private final Pair pair;
    private final PairLife.Side side;
    private final Gathering gathering;
    private final FrameRewriter frames;
    private final Beat beat = new Beat();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Unsent unsent;

    private @Nullable ReadPause pause;
    private byte @Nullable [] owedPong;
    private boolean parting;
    private boolean deaf;
    private boolean silenceExcused;
    private boolean heard = true;
    private long lastDataNanos = System.nanoTime();

    FramePump(Pair pair, PairLife.Side side, LoopBuffer loop, boolean reservedBits) {
        this.pair = pair;
        this.side = side;
        this.gathering = new Gathering(loop, this::rewrite);
        this.frames = new FrameRewriter(loop, this, reservedBits);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        unsent = new Unsent(added.channel());
        pause = new ReadPause(added.channel());
        pair.heartbeats().start(beat);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        beat.stop();
        gathering.drop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        gathering.passOn();
        deaf = true;
        beat.stop();
        pair.happened(new PairLife.Event.HungUp(side));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        switch (cause) {
            case ReadBuffers.HeldBack _ -> thePause().hungUp();
            case MemoryShortage.Felt _ -> thePause().beginForMemory();
            default -> pair.failed(side, cause);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            heard = true;
            gathering.add(bytes);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reading) {
        gathering.passOn();
    }

    private void rewrite(ByteBuf bytes) {
        FramePump other = pair.pump(side.other());
        if (!deaf) {
            try {
                boolean data = frames.rewrite(bytes, bytes.readerIndex(), bytes.writerIndex());
                if (data) {
                    pair.moved();
                    if (pair.watchesIdleness()) {
                        lastDataNanos = System.nanoTime();
                    }
                }
            } catch (ProtocolViolation violation) {
                pair.violated(side, violation);
            }
            pair.relayed(bytes.readableBytes());
        }
        other.flush();
        Unsent left = other.unsent;
        if (left != null && left.isBehind()) {
            left.keepCopy();
            pauseUntilWritten(left);
        }
    }

    @Override
    public void pass(ByteBuf whole) {
        pair.pump(side.other()).write(whole);
    }

    @Override
    public boolean heard(int opcode, byte[] payload) {
        switch (opcode) {
            case Opcode.PING -> answerPing(FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.PONG, payload));
            case Opcode.CLOSE -> {
                CloseStatus.read(ByteBuffer.wrap(payload)); // what is no Close goes no further
                deaf = true;
                pair.saidClose(side, payload);
            }
            default -> {
                // A pong says only that its sender lives, which any frame says.
            }
        }
        return !deaf;
    }

    /**
     * One who pings and does not read gets no answers to pile up: the last ping is answered for those before it (RFC 6455,
     * section 5.5.3), when there is room.
     */
    private void answerPing(byte[] pong) {
        if (unsent == null || !unsent.isBehind()) {
            send(pong);
            return;
        }
        boolean owed = owedPong != null;
        owedPong = pong;
        if (!owed) {
            unsent.whenWritten(this::payPong);
        }
    }

    private void payPong() {
        byte[] pong = owedPong;
        owedPong = null;
        if (pong != null && !parting && ctx != null && ctx.channel().isActive()) {
            send(pong);
        }
    }

    private void pauseUntilWritten(Unsent left) {
        ReadPause begun = thePause();
        if (!begun.isAsked()) {
            begun.begin();
            // A pump that is deaf reads on: it drops what comes, and hears its peer hang up.
            left.whenWritten(begun::end);
        }
    }

    private ReadPause thePause() {
        if (pause == null) {
            throw new IllegalStateException("a pump that stands in no pipeline reads nothing");
        }
        return pause;
    }

    private boolean isPaused() {
        return pause != null && pause.isOn();
    }

    private boolean hungUpWhilePaused() {
        return pause != null && pause.isHungUp();
    }

    /** Sends a whole frame of the server's own. */
    void send(byte[] frame) {
        write(Unpooled.wrappedBuffer(frame));
        flush();
    }

    private void write(ByteBuf frame) {
        if (ctx == null) {
            frame.release();
            return;
        }
        var _ = ctx.write(frame, ctx.voidPromise()); // a failure comes as exceptionCaught
    }

    private void flush() {
        if (ctx != null) {
            ctx.flush();
        }
    }

    private boolean isBehind() {
        return unsent != null && unsent.isBehind();
    }

    private long pending() {
        return unsent == null ? 0 : unsent.bytes();
    }

    /** Drops what its peer still sends. */
    void goDeaf() {
        deaf = true;
    }

    /** Closes the socket when all is written, or when the peer takes nothing of it any more. */
    void part() {
        if (ctx == null || unsent == null || parting) {
            return;
        }
        ChannelHandlerContext parted = ctx;
        parting = true;
        beat.stop();
        unsent.whenTaken(() -> Closing.close(parted));
        if (parted.channel().isActive()) {
            pair.parting(parted.channel());
        }
    }

    /** Asks its peer for no more signs of life. */
    void stopPinging() {
        beat.stop();
    }

    /** Goes on to ping, for what lies in between, and takes no missing answer for a loss: the end comes by itself. */
    void excuseSilence() {
        silenceExcused = true;
    }

    /** Whether nothing but control frames came for that long. */
    boolean isIdleFor(long nanos) {
        return System.nanoTime() - lastDataNanos >= nanos;
    }

    /**
     * Comes twice in each interval. A ping follows the last frame within one interval, one more if that is not answered
     * within half of one, and the end likewise: so a peer that vanished is found within two intervals.
     */
    private final class Beat extends Heartbeats.Heartbeat {

        private int missedPings;
        private int standingBeats;
        private long left;

        @Override
        void beat() {
            if (holdsUpOneWhoHungUp()) {
                pair.fellSilent(side);
                return;
            }
            // One who is not read, or who does not read, cannot answer a ping.
            if (heard || isPaused() || isBehind()) {
                heard = false;
                missedPings = 0;
            } else if (missedPings++ >= 2 && !silenceExcused) {
                pair.fellSilent(side);
            } else {
                send(FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.PING, new byte[0]));
            }
        }

        /** A reader may stand still for ever, but not if nobody is there any more to whom it matters. */
        private boolean holdsUpOneWhoHungUp() {
            long now = pending();
            boolean stands = now > 0 && now == left && pair.pump(side.other()).hungUpWhilePaused();
            standingBeats = stands ? standingBeats + 1 : 0;
            left = now;
            return standingBeats == 2 * 2; // two intervals, as for pings
        }
    }
}
