// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.MessageReader;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.MemoryShortage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation of the server itself with one peer: whole messages, pings answered and sent, Close frames returned (RFC
 * 6455, section 5.5). Never compressed. Confined to its event loop.
 */
final class Talk extends ChannelInboundHandlerAdapter implements MessageReader.Sink {

    private static final Logger LOGGER = LoggerFactory.getLogger(Talk.class);

    /** How long a peer may take to return a Close, or to read the last frame. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final Conversation conversation;
    private final MessageReader reader;
    private final Heartbeats heartbeats;
    private final ConnectionObserver observer;
    private final Beat beat = new Beat();

    private @Nullable ChannelHandlerContext ctx;
    private boolean heard;
    private boolean flushDue;
    private boolean closing;
    private boolean deaf;
    private boolean heldUp;

    Talk(Conversation conversation, ConversationTerms terms, Heartbeats heartbeats, ConnectionObserver observer) {
        this.conversation = conversation;
        this.reader = new MessageReader(FrameHeaderReader.ofClientFrames(), terms.longestMessage(), this);
        this.heartbeats = heartbeats;
        this.observer = observer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        heartbeats.start(beat);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        beat.stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        beat.stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            heard = true;
            if (!deaf) {
                int count = bytes.readableBytes();
                reader.read(bytes.nioBuffer().order(ByteOrder.LITTLE_ENDIAN), 0, count);
            }
        } catch (ProtocolViolation violation) {
            observer.violated(violation.status().code());
            end(violation.status());
        } finally {
            bytes.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        switch (cause) {
            case IOException lost -> lose(caught, lost);
            case MemoryShortage.Felt _ -> {
                // The read is tried again.
            }
            case OutOfMemoryError error -> {
                observer.memoryShort();
                lose(caught, error);
            }
            default -> {
                LOGGER.atError()
                        .addKeyValue("connection", caught.channel().id())
                        .setCause(cause)
                        .log("a conversation met a fault");
                end(CloseStatus.clipped(CloseStatus.INTERNAL_ERROR, "Internal error"));
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
            conversation.onText(text);
        }
    }

    @Override
    public void onBinary(byte[] message) {
        if (!closing) {
            conversation.onBinary(message);
        }
    }

    @Override
    public void onPing(byte[] payload) {
        // One who pings and does not read gets no answers to pile up.
        if (ctx != null && ctx.channel().isWritable()) {
            write(FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.PONG, payload));
        }
    }

    @Override
    public void onClose(CloseStatus status) {
        end(status);
    }

    /** Says the last word, drops what still comes, and tells the part at once: the socket may take its time. */
    private void end(CloseStatus status) {
        if (!deaf) {
            sayClose(status);
            closeWhenWritten();
            conversation.onClose(status);
        }
    }

    /** Sends a text message, in frames that every listener takes. */
    void send(String text) {
        ChannelHandlerContext to = outlet();
        if (to != null) {
            Fragments.text(to, text);
            flushSoon(to);
        }
    }

    /**
     * Sends a text message and a binary one, and nothing in between.
     *
     * @param binary the callee's to release
     */
    void send(String text, ByteBuf binary) {
        ChannelHandlerContext to = outlet();
        if (to == null) {
            binary.release();
            return;
        }
        Fragments.text(to, text);
        Fragments.part(to, Opcode.BINARY, binary, true);
        flushSoon(to);
    }

    /**
     * Sends a binary message.
     *
     * @param message the callee's to release
     */
    void sendBinary(ByteBuf message) {
        ChannelHandlerContext to = outlet();
        if (to == null) {
            message.release();
            return;
        }
        Fragments.part(to, Opcode.BINARY, message, true);
        flushSoon(to);
    }

    /** Behind all else that this turn of the loop has to say: one control channel carries the requests of many senders. */
    private void flushSoon(ChannelHandlerContext to) {
        if (!flushDue) {
            flushDue = true;
            to.executor().execute(() -> {
                flushDue = false;
                to.flush();
            });
        }
    }

    /** {@return where to write to, or null if nothing more is to be said} A peer that does not read is cut off here. */
    private @Nullable ChannelHandlerContext outlet() {
        if (closing || ctx == null) {
            return null;
        }
        var out = ctx.channel().unsafe().outboundBuffer();
        if (out == null || out.totalPendingWriteBytes() > Peer.MAX_UNREAD_BYTES) {
            LOGGER.atDebug()
                    .addKeyValue("connection", ctx.channel().id())
                    .log("peer does not read what it is sent, and is cut off");
            Closing.close(ctx);
            return null;
        }
        return ctx;
    }

    /** {@return whether more should be sent} If not, the conversation is told when it should. */
    boolean isWritable() {
        boolean writable = ctx != null && ctx.channel().isWritable();
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
        if (heldUp && !closing && ctx != null && ctx.channel().isWritable()) {
            heldUp = false;
            try {
                conversation.onWritable();
            } catch (RuntimeException fault) {
                exceptionCaught(ctx, fault);
            }
        }
    }

    /** Says Close, and waits a while for the peer to return it. */
    void close(CloseStatus status) {
        if (closing || ctx == null) {
            return;
        }
        sayClose(status);
        Closing.within(ctx, CLOSE_PATIENCE);
    }

    private void sayClose(CloseStatus status) {
        if (!closing) {
            closing = true;
            beat.stop();
            write(FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.CLOSE, status.payload()));
        }
    }

    /** Closes the socket when all is written, or when the peer took too long to take it; drops what still comes. */
    private void closeWhenWritten() {
        deaf = true;
        if (ctx != null) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            Closing.within(ctx, CLOSE_PATIENCE);
        }
    }

    private void write(byte[] frame) {
        if (ctx != null) {
            var _ = ctx.writeAndFlush(Unpooled.wrappedBuffer(frame), ctx.voidPromise());
        }
    }

    /**
     * Comes twice in each interval of pings. One that is not answered within half an interval is followed by another, and
     * that by the end: so a peer that vanished is found within two intervals.
     */
    private final class Beat extends Heartbeats.Heartbeat {

        private boolean half;
        private int missedPings;

        @Override
        void beat() {
            half = !half;
            if (heard) {
                heard = false;
                missedPings = 0;
            }
            if (half && missedPings == 0) {
                return;
            }
            if (missedPings++ == 2) {
                observer.fellSilent();
                if (ctx != null) {
                    Closing.close(ctx);
                }
            } else {
                write(FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.PING, new byte[0]));
            }
        }
    }
}
