// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.MemoryShortage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation of the server itself with one peer: whole messages, pings answered and sent, Close frames returned (RFC
 * 6455, section 5.5). Confined to its event loop.
 *
 * <pre>
 *   open ──{@link #close}, or idle──▶ closing ──the Close is returned, or not in time──▶ gone
 *     └──the peer says Close, breaks a rule, is silent or does not read──▶ deaf ──all is written──▶ gone
 * </pre>
 *
 * <p>Who is closing or deaf says no more messages and is told of none. While it is paused, what was read waits here as it
 * came, at most what one read brought: only when something waits is the socket not read, so that one who talks in turns
 * costs no system call, and a peer that leaves is heard.
 */
final class Talk extends ChannelInboundHandlerAdapter implements TalkReader.Sink {

    private static final Logger LOGGER = LoggerFactory.getLogger(Talk.class);

    /** How long a peer may take to return a Close, or to read the last frame. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private static final CloseStatus IDLE = new CloseStatus(CloseStatus.NORMAL, "Idle");
    private static final CloseStatus SILENT = new CloseStatus(CloseStatus.INTERNAL_ERROR, "keepalive ping timeout");
    private static final CloseStatus BEHIND =
            new CloseStatus(CloseStatus.TRY_AGAIN_LATER, "What was sent was not read fast enough");

    private final Conversation conversation;
    private final ConversationTerms terms;
    private final TalkReader reader;
    private final EdgeLoop loop;
    private final ConnectionObserver observer;
    private final boolean compressed;
    private final Beat beat = new Beat();
    private final @Nullable Look look;

    /** What there is as long as it stands in a pipeline. */
    private record Standing(ChannelHandlerContext ctx, TalkWriter writer, ReadPause pause) {}

    private @Nullable Standing standing;

    /** What was read and not told; this one's to release. */
    private @Nullable ByteBuf held;

    private boolean heard;
    private boolean talked = true;
    private boolean paused;
    private boolean reading;
    private boolean heldUp;
    private boolean overflowed;
    private boolean closing;
    private boolean deaf;
    private boolean told;

    /**
     * Talks once it is added to a pipeline.
     *
     * @param compressed whether permessage-deflate was agreed
     */
    Talk(
            Conversation conversation,
            ConversationTerms terms,
            boolean compressed,
            EdgeLoop loop,
            ConnectionObserver observer) {
        this.conversation = conversation;
        this.terms = terms;
        this.compressed = compressed;
        this.loop = loop;
        this.observer = observer;
        this.reader = new TalkReader(terms.longestMessage(), deflate(), this);
        this.look = terms.idleTimeout() == null ? null : new Look();
    }

    private @Nullable LoopDeflate deflate() {
        return compressed ? loop.talks().deflate() : null;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        standing = new Standing(added, new TalkWriter(added, terms, deflate()), new ReadPause(added.channel()));
        Duration interval = terms.pingInterval();
        (interval == null ? loop.heartbeats() : loop.talks().pings(interval)).start(beat);
        Duration idleTimeout = terms.idleTimeout();
        if (idleTimeout != null && look != null) {
            loop.talks().looks(idleTimeout).start(look);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        isGone();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        isGone();
    }

    private void isGone() {
        closing = true;
        deaf = true;
        stopTimers();
        dropHeld();
    }

    private void stopTimers() {
        beat.stop();
        if (look != null) {
            look.stop();
        }
    }

    private void dropHeld() {
        if (held != null && !reading) {
            held.release();
            held = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext at, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            heard = true;
            if (deaf) {
                return;
            }
            if (!paused && held == null) {
                read(bytes);
            }
            if (bytes.isReadable() && !deaf) {
                hold(at, bytes);
            }
        } finally {
            bytes.release();
        }
    }

    /** Tells what it can of these bytes, and passes over it; borrows them. */
    private void read(ByteBuf bytes) {
        reading = true;
        try {
            boolean large = loop.buffer().holds(bytes);
            ByteBuffer in = large ? loop.buffer().view() : bytes.nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
            int from = large ? bytes.readerIndex() : 0;
            int to = from + bytes.readableBytes();
            int at = from;
            do { // whoever paused within a message may have gone on within it
                at = reader.read(in, at, to);
            } while (at < to && !paused && !deaf);
            bytes.skipBytes(at - from);
        } catch (ProtocolViolation violation) {
            observer.violated(violation.status().code());
            end(violation.status(), false);
        } finally {
            reading = false;
        }
    }

    /** Keeps a copy of what was read: it may be a slice of the loop's one large buffer. */
    private void hold(ChannelHandlerContext at, ByteBuf bytes) {
        if (held == null) {
            held = at.alloc().buffer(bytes.readableBytes());
        }
        held.writeBytes(bytes);
        if (standing != null && !standing.pause().isAsked()) {
            standing.pause().begin();
        }
    }

    void pause() {
        if (!closing) {
            paused = true;
            reader.stop();
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            readOn();
        }
    }

    /** Goes on with what waits, and then with the socket. */
    private void readOn() {
        if (reading || standing == null) {
            return; // whoever reads sees that it may go on
        }
        if (held == null) {
            standing.pause().end();
        } else {
            // Later: whoever resumes need not be ready to be told of a message.
            standing.ctx().executor().execute(this::readHeld);
        }
    }

    private void readHeld() {
        ByteBuf waiting = held;
        if (waiting == null || paused || standing == null) {
            return;
        }
        Standing at = standing;
        try {
            if (!deaf) {
                read(waiting);
            }
        } catch (RuntimeException | OutOfMemoryError fault) {
            exceptionCaught(at.ctx(), fault);
        }
        if (deaf || !waiting.isReadable()) {
            dropHeld();
        }
        if (held == null && !paused) {
            at.pause().end();
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
                        .log("a conversation met a fault");
                end(CloseStatus.clipped(CloseStatus.INTERNAL_ERROR, "Internal error"), false);
            }
        }
    }

    private static void lose(ChannelHandlerContext ctx, Throwable cause) {
        LOGGER.atDebug().addKeyValue("connection", ctx.channel().id()).log("connection lost: {}", cause.getMessage());
        Closing.close(ctx);
    }

    @Override
    public void onText(String text) {
        if (!closing) {
            talked = true;
            conversation.onText(text);
        }
    }

    @Override
    public void onBinary(byte[] message) {
        if (!closing) {
            talked = true;
            conversation.onBinary(message);
        }
    }

    @Override
    public void onPing(byte[] payload) {
        // One who pings and does not read gets no answers to pile up.
        if (!closing && standing != null && standing.ctx().channel().isWritable()) {
            write(standing, FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.PONG, payload));
        }
    }

    @Override
    public void onClose(CloseStatus status) {
        end(status, true);
    }

    /** Sends a text message, in frames that every listener takes. */
    void send(String text) {
        Standing at = outlet();
        if (at != null && !at.writer().say(text)) {
            overflow(at);
        }
    }

    /**
     * Sends a text message and a binary one, and nothing in between.
     *
     * @param binary the callee's to release
     */
    void send(String text, ByteBuf binary) {
        Standing at = outlet();
        if (at == null) {
            binary.release();
        } else if (!at.writer().say(text, binary)) {
            overflow(at);
        }
    }

    /**
     * Sends a binary message.
     *
     * @param message the callee's to release
     */
    void sendBinary(ByteBuf message) {
        Standing at = outlet();
        if (at == null) {
            message.release();
        } else if (!at.writer().say(message)) {
            overflow(at);
        }
    }

    /** {@return where to say a message, or null if nothing more is to be said} */
    private @Nullable Standing outlet() {
        talked = true;
        return closing || overflowed ? null : standing;
    }

    /** One who does not read has to go. Later: whoever sends need not be ready to be told of the end. */
    private void overflow(Standing at) {
        overflowed = true;
        LOGGER.atDebug()
                .addKeyValue("connection", at.ctx().channel().id())
                .log("peer does not read what it is sent, and is cut off");
        if (terms.overflowSaid()) {
            at.ctx().executor().execute(() -> end(BEHIND, false));
        } else {
            Closing.close(at.ctx());
        }
    }

    /** {@return whether more should be sent} If not, the conversation is told when it should. */
    boolean isWritable() {
        boolean writable = standing != null && standing.ctx().channel().isWritable();
        heldUp |= !writable;
        return writable;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (heldUp) {
            // Later: it may change in the middle of a write, and whoever is told of it will write.
            changed.executor().execute(this::tellWritable);
        }
    }

    private void tellWritable() {
        if (heldUp && !closing && standing != null && standing.ctx().channel().isWritable()) {
            heldUp = false;
            try {
                conversation.onWritable();
            } catch (RuntimeException fault) {
                exceptionCaught(standing.ctx(), fault);
            }
        }
    }

    /** Says Close, and waits a while for the peer to return it. */
    void close(CloseStatus status) {
        if (closing || standing == null) {
            return;
        }
        sayClose(standing, status);
        Closing.within(standing.ctx(), CLOSE_PATIENCE);
        readOn();
    }

    /**
     * Says the last word, drops what still comes, and tells the part at once: the socket may take its time.
     *
     * @param returned whether the peer said Close, and expects nothing but its return
     */
    private void end(CloseStatus status, boolean returned) {
        if (deaf || standing == null) {
            return;
        }
        Standing at = standing;
        deaf = true;
        sayClose(at, status);
        dropHeld();
        at.pause().end(); // so that the peer is heard to hang up
        try {
            tell(status);
        } finally {
            closeWhenWritten(at, returned);
        }
    }

    private void sayClose(Standing at, CloseStatus status) {
        if (!closing) {
            closing = true;
            paused = false;
            stopTimers();
            write(at, FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.CLOSE, status.payload()));
        }
    }

    private void tell(CloseStatus status) {
        if (!told) {
            told = true;
            conversation.onClose(status);
        }
    }

    /** Closes the socket when all is written, or when the peer took too long to take it. */
    private static void closeWhenWritten(Standing at, boolean returned) {
        at.ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (returned) {
                Closing.close(at.ctx());
            } else {
                Closing.linger(at.ctx());
            }
        });
        Closing.within(at.ctx(), CLOSE_PATIENCE);
    }

    private static void write(Standing at, byte[] frame) {
        var _ = at.ctx().writeAndFlush(Unpooled.wrappedBuffer(frame), at.ctx().voidPromise());
    }

    /**
     * Comes twice in each interval of pings. One that is not answered within half an interval is followed by another, and
     * that by the end: so a peer that vanished is found within two intervals.
     */
    private final class Beat extends Heartbeats.Heartbeat {

        private boolean half;
        private byte missedPings;

        @Override
        void beat() {
            if (standing == null) {
                return;
            }
            half = !half;
            boolean unread = paused || standing.pause().isOn(); // and cannot answer
            if (heard || unread) {
                heard = false;
                missedPings = 0;
            }
            if (unread) {
                return;
            }
            if (half && missedPings == 0) {
                return;
            }
            if (missedPings++ < 2) {
                write(standing, FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.PING, new byte[0]));
                return;
            }
            observer.fellSilent();
            if (terms.silenceSaid()) {
                end(SILENT, false);
            } else {
                Closing.close(standing.ctx());
            }
        }
    }

    /** Comes {@link LoopTalks#LOOKS} times in the time after which the conversation is idle. */
    private final class Look extends Heartbeats.Heartbeat {

        private byte quiet;

        @Override
        void beat() {
            if (talked || paused || held != null) {
                talked = false;
                quiet = 0;
            } else if (++quiet == LoopTalks.LOOKS) {
                close(IDLE);
                tell(IDLE);
            }
        }
    }
}
