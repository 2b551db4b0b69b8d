// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.edge.socket.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Says the messages of one conversation: in frames that every client takes, compressed where that was agreed and is worth
 * it, and no more than may wait. What is said in one turn of the loop leaves together. Confined to its event loop.
 */
final class TalkWriter {

    private final ChannelHandlerContext ctx;
    private final ConversationTerms terms;
    private final @Nullable LoopDeflate deflate;
    private final boolean sealed;
    private boolean flushDue;

    /** What TLS has not been given yet: it counts nowhere else. */
    private long unflushed;

    /**
     * Writes to what is nearer to the wire than {@code ctx}.
     *
     * @param deflate of the event loop, if permessage-deflate was agreed; else null
     */
    TalkWriter(ChannelHandlerContext ctx, ConversationTerms terms, @Nullable LoopDeflate deflate) {
        this.ctx = ctx;
        this.terms = terms;
        this.deflate = deflate;
        this.sealed = ctx.pipeline().get(SslHandler.class) != null;
    }

    /** {@return whether it is said; if not, too much waits for the peer} */
    boolean say(String text) {
        ByteBuf compressed = compressed(text);
        if (compressed != null) {
            return say(Opcode.TEXT | TalkReader.COMPRESSED, compressed);
        }
        if (!hasRoom(text, 0)) {
            return false;
        }
        write(text);
        return true;
    }

    /**
     * {@return whether it is said; if not, too much waits for the peer}
     *
     * @param binary the callee's to release
     */
    boolean say(ByteBuf binary) {
        ByteBuf compressed = compressed(binary);
        return compressed == null ? say(Opcode.BINARY, binary) : say(Opcode.BINARY | TalkReader.COMPRESSED, compressed);
    }

    /**
     * {@return whether both are said, directly behind each other; if not, too much waits for the peer}
     *
     * @param binary the callee's to release
     */
    boolean say(String text, ByteBuf binary) {
        if (!hasRoom(text, binary.readableBytes())) {
            binary.release();
            return false;
        }
        write(text);
        write(Opcode.BINARY, binary);
        return true;
    }

    private boolean say(int first, ByteBuf message) {
        if (!hasRoom(message.readableBytes())) {
            message.release();
            return false;
        }
        write(first, message);
        return true;
    }

    private void write(String text) {
        unflushed += sealed ? text.length() : 0;
        Fragments.text(ctx, text);
        flushSoon();
    }

    private void write(int first, ByteBuf message) {
        unflushed += sealed ? message.readableBytes() : 0;
        Fragments.part(ctx, first, message, true);
        flushSoon();
    }

    private @Nullable ByteBuf compressed(String text) {
        if (deflate == null || text.length() < LoopDeflate.LEAST || text.length() > LoopDeflate.MOST) {
            return null;
        }
        return deflate.deflate(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), ctx.alloc());
    }

    /** {@return the message compressed, itself released; null if it stays as it is} */
    private @Nullable ByteBuf compressed(ByteBuf binary) {
        int length = binary.readableBytes();
        if (deflate == null || length < LoopDeflate.LEAST || length > LoopDeflate.MOST) {
            return null;
        }
        ByteBuf compressed = deflate.deflate(binary.nioBuffer(), ctx.alloc());
        if (compressed != null) {
            binary.release();
        }
        return compressed;
    }

    private boolean hasRoom(String text, int behind) {
        // Most find nothing waiting, and need not be measured.
        return waiting() == 0 || hasRoom((long) ByteBufUtil.utf8Bytes(text) + behind);
    }

    /** {@return whether that many bytes may be written} What this turn of the loop wrote waits for nobody yet: it goes first. */
    private boolean hasRoom(long bytes) {
        if (isWithinBounds(bytes)) {
            return true;
        }
        flush();
        return isWithinBounds(bytes);
    }

    private boolean isWithinBounds(long bytes) {
        long waiting = waiting();
        return waiting == 0 || waiting + (terms.overflowSaid() ? bytes : 0) <= terms.longestQueue();
    }

    private long waiting() {
        return Unsent.bytes(ctx.channel()) + unflushed;
    }

    /** Behind all else that this turn of the loop has to say: one control channel carries the requests of many senders. */
    private void flushSoon() {
        if (!flushDue) {
            flushDue = true;
            ctx.executor().execute(() -> {
                flushDue = false;
                flush();
            });
        }
    }

    private void flush() {
        unflushed = 0;
        ctx.flush();
    }
}
