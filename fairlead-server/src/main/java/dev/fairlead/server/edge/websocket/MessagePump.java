// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.MessageStream;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.MemoryShortage;
import dev.fairlead.server.edge.socket.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket whose binary messages pass part by part to and from a {@link MessageStream}. Answers and sends pings, returns
 * Close frames, and tells the stream of its end exactly once. Confined to its event loop.
 *
 * <pre>
 *   open ──{@link #close}──▶ closing ──all is written and the Close returned, or not in time──▶ gone
 *     └──the peer says Close, or breaks a rule──▶ deaf ──all is written──▶ gone
 * </pre>
 *
 * <p>Who is closing or deaf drops what still comes. While the peer has anything left to take, what is written is copied,
 * so that nobody's buffer waits for it.
 */
final class MessagePump extends ChannelInboundHandlerAdapter implements StreamReader.Sink {

    private static final Logger LOGGER = LoggerFactory.getLogger(MessagePump.class);

    /** How long a peer that has taken all may take to return a Close. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final MessageStream stream;
    private final StreamReader reader;
    private final LoopBuffer loop;
    private final Gathering gathering;
    private final Heartbeats heartbeats;
    private final ConnectionObserver observer;
    private final Beat beat = new Beat();

    /** What there is as long as the pump stands in a pipeline. */
    private record Standing(ChannelHandlerContext ctx, Unsent unsent, ReadPause pause) {}

    private @Nullable Standing standing;

    private boolean told;
    private boolean heard = true;
    private boolean inMessage;
    private boolean awaiting;
    private boolean drainOwed;
    private byte @Nullable [] owedPong;
    private boolean closing;
    private boolean deaf;
    private boolean over;

    MessagePump(MessageStream stream, int longestText, EdgeLoop loop, ConnectionObserver observer) {
        this.stream = stream;
        this.reader = new StreamReader(longestText, this);
        this.loop = loop.buffer();
        this.gathering = new Gathering(loop.buffer(), this::read);
        this.heartbeats = loop.heartbeats();
        this.observer = observer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        standing = new Standing(added, new Unsent(added.channel()), new ReadPause(added.channel()));
        heartbeats.start(beat);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        beat.stop();
        gathering.drop();
    }

    /** Tells the stream that the upgrade is answered, and sends the answer with all that the stream wrote. */
    void open() {
        if (standing != null) {
            try {
                stream.onOpen();
            } catch (RuntimeException fault) {
                exceptionCaught(standing.ctx(), fault);
            }
            send(standing);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        readEnds();
        deaf = true;
        closing = true;
        beat.stop();
        if (!over) {
            over = true;
            stream.onLost();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        switch (cause) {
            case ReadBuffers.HeldBack _ -> {
                if (standing != null) {
                    standing.pause().hungUp();
                }
            }
            case MemoryShortage.Felt _ -> {
                if (standing != null) {
                    standing.pause().beginForMemory();
                }
            }
            case IOException lost -> lose(caught, lost);
            case OutOfMemoryError error -> {
                observer.memoryShort();
                lose(caught, error);
            }
            default -> {
                LOGGER.atError()
                        .addKeyValue("connection", caught.channel().id())
                        .setCause(cause)
                        .log("a stream of messages met a fault");
                end(CloseStatus.clipped(CloseStatus.INTERNAL_ERROR, "Internal error"), false);
            }
        }
    }

    private static void lose(ChannelHandlerContext ctx, Throwable cause) {
        LOGGER.atDebug().addKeyValue("connection", ctx.channel().id()).log("connection lost: {}", cause.getMessage());
        Closing.close(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            heard = true;
            if (!deaf) {
                gathering.add(bytes);
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reading) {
        readEnds();
    }

    private void readEnds() {
        gathering.passOn();
        if (told) {
            told = false;
            stream.onRead();
        }
    }

    private void read(ByteBuf bytes) {
        if (deaf) {
            return;
        }
        try {
            reader.read(bytes, loop.view());
        } catch (ProtocolViolation violation) {
            observer.violated(violation.status().code());
            end(violation.status(), false);
        }
    }

    @Override
    public void onText(String text) {
        if (!closing) {
            told = true;
            stream.onText(text);
        }
    }

    @Override
    public void onBinary(ByteBuf part, boolean last) {
        if (closing) {
            part.release();
        } else {
            told = true;
            stream.onBinary(part, last);
        }
    }

    /**
     * One who pings and does not read gets no answers to pile up: the last ping is answered for those before it (RFC 6455,
     * section 5.5.3), when there is room.
     */
    @Override
    public void onPing(byte[] payload) {
        if (closing || standing == null) {
            return;
        }
        byte[] pong = FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.PONG, payload);
        if (awaiting) {
            owedPong = pong;
        } else {
            send(standing, pong);
        }
    }

    @Override
    public void onClose(CloseStatus status) {
        end(status, true);
    }

    /** Says the last word, tells the stream at once, and closes the socket when all is written. */
    private void end(CloseStatus status, boolean clean) {
        if (deaf || standing == null) {
            return;
        }
        deaf = true;
        told = false;
        boolean news = !over;
        over = true;
        Standing at = standing;
        sayClose(at, status);
        at.pause().end(); // so that the peer is heard to hang up
        at.unsent().whenTaken(() -> Closing.close(at.ctx()));
        if (news) {
            stream.onClose(status, clean);
        }
    }

    /** Says Close behind all that was written, and gives the peer a while to return it. */
    void close(CloseStatus status) {
        if (closing || standing == null) {
            return;
        }
        Standing at = standing;
        sayClose(at, status);
        at.pause().end();
        at.unsent().whenTaken(() -> Closing.within(at.ctx(), CLOSE_PATIENCE));
    }

    private void sayClose(Standing at, CloseStatus status) {
        if (!closing) {
            closing = true;
            owedPong = null;
            beat.stop();
            send(at, FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.CLOSE, status.payload()));
        }
    }

    /** Sends a text message. Not within a binary one. */
    void send(String text) {
        if (!closing && standing != null) {
            Fragments.text(standing.ctx(), text);
            send(standing);
        }
    }

    /**
     * Writes a part of a binary message.
     *
     * @param part the callee's to release
     */
    void write(ByteBuf part, boolean last) {
        if (closing || standing == null || (!part.isReadable() && !last)) {
            part.release();
            return;
        }
        ByteBuf bytes = awaiting ? standing.unsent().copied(part) : part;
        Fragments.part(standing.ctx(), inMessage ? Opcode.CONTINUATION : Opcode.BINARY, bytes, last);
        inMessage = !last;
    }

    /**
     * Sends what was written.
     *
     * @return whether all has left; if not, the stream is told when it has
     */
    boolean flush() {
        if (standing == null || send(standing)) {
            return true;
        }
        drainOwed = true;
        return false;
    }

    void pause() {
        if (!closing && standing != null) {
            standing.pause().begin();
        }
    }

    void resume() {
        if (standing != null) {
            standing.pause().end();
        }
    }

    private void send(Standing at, byte[] frame) {
        var _ = at.ctx().write(Unpooled.wrappedBuffer(frame), at.ctx().voidPromise());
        send(at);
    }

    /** Sends what was written, and keeps what the socket does not take. */
    private boolean send(Standing at) {
        at.ctx().flush();
        if (!at.unsent().isBehind()) {
            return true;
        }
        if (!awaiting) {
            at.unsent().keepCopy();
            await(at);
        }
        return !awaiting; // it may have been taken meanwhile
    }

    private void await(Standing at) {
        awaiting = true;
        at.unsent().whenWritten(() -> drained(at));
    }

    private void drained(Standing at) {
        if (at.unsent().isBehind()) { // more was written meanwhile
            await(at);
            return;
        }
        awaiting = false;
        if (closing || !at.ctx().channel().isActive()) {
            return;
        }
        byte[] pong = owedPong;
        owedPong = null;
        if (pong != null) {
            send(at, pong);
        }
        if (drainOwed && !awaiting) {
            drainOwed = false;
            try {
                stream.onDrained();
            } catch (RuntimeException fault) {
                exceptionCaught(at.ctx(), fault);
            }
        }
    }

    /**
     * Comes twice in each interval. A ping follows the last frame within one interval, one more if that is not answered
     * within half of one, and the end likewise: so a peer that vanished is found within two intervals.
     */
    private final class Beat extends Heartbeats.Heartbeat {

        private int missedPings;

        @Override
        void beat() {
            if (standing == null) {
                return;
            }
            // One who is not read, or who does not read, cannot answer a ping.
            if (heard || standing.pause().isOn() || standing.unsent().isBehind()) {
                heard = false;
                missedPings = 0;
            } else if (missedPings++ >= 2) {
                observer.fellSilent();
                Closing.close(standing.ctx());
            } else {
                send(standing, FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.PING, new byte[0]));
            }
        }
    }
}
