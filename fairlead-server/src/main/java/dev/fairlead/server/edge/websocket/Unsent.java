// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.server.edge.http.Closing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a socket was given to write and has not taken yet. It is made to cost what it is long: much of what is written are
 * slices of its loop's one large buffer, which would be lost to the loop until a slow peer reads. Confined to its loop.
 */
final class Unsent {

    /** A socket that still has something to write is given that long, and again as long as it takes some of it. */
    private static final Duration PARTING = Duration.ofSeconds(10);

    private final ChannelHandlerContext ctx;
    private final boolean sealed;
    private int awaited;

    /**
     * Serves one socket.
     *
     * @param ctx of whoever writes
     * @param sealed whether what is written is made into records of TLS, which are copies
     */
    Unsent(ChannelHandlerContext ctx, boolean sealed) {
        this.ctx = ctx;
        this.sealed = sealed;
    }

    /** {@return how many bytes the channel has still to write, with what Netty's own accounts add; 0 if it is closed} */
    static long bytes(Channel channel) {
        var out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    /** {@return how many bytes wait} */
    long bytes() {
        return bytes(ctx.channel());
    }

    /** {@return whether anything waits that may still be written} */
    boolean isAny() {
        return bytes() > 0 && ctx.channel().isActive();
    }

    /** Copies what was flushed and waits, so that the buffers that it lies in are free. */
    void keep() {
        var out = ctx.channel().unsafe().outboundBuffer();
        // What TLS made is its own already; and to take a write out of the queue would end what waits for it.
        if (out == null || sealed || awaited > 0) {
            return;
        }
        ByteBuf left;
        try {
            left = ctx.alloc().directBuffer((int) out.totalPendingWriteBytes());
        } catch (OutOfMemoryError _) {
            return; // then the loop's buffer is given up to it, and the next read has to find another
        }
        while (out.current() instanceof ByteBuf next) {
            left.writeBytes(next, next.readerIndex(), next.readableBytes());
            out.remove();
        }
        ctx.channel().unsafe().write(left, ctx.voidPromise());
        out.addFlush(); // the transport waits already until the socket takes more
    }

    /**
     * {@return what is to be written behind what waits, as a copy} It will wait, too.
     *
     * @param bytes the callee's to release
     */
    ByteBuf copied(ByteBuf bytes) {
        if (sealed) {
            return bytes;
        }
        ByteBuf copy;
        try {
            copy = ctx.alloc().directBuffer(bytes.readableBytes());
        } catch (OutOfMemoryError _) {
            return bytes;
        }
        copy.writeBytes(bytes);
        bytes.release();
        return copy;
    }

    /** Flushes, and runs a task when all that was written before has left, or is lost with the socket. */
    void whenWritten(Runnable next) {
        // An empty write ends when all before it has. Past TLS, which would make a record of it; what was flushed
        // through it before is in the socket's queue by now.
        ctx.flush();
        awaited++;
        ChannelPromise written = ctx.newPromise();
        ctx.channel().unsafe().write(Unpooled.EMPTY_BUFFER, written);
        ctx.channel().unsafe().flush();
        written.addListener(all -> {
            awaited--;
            next.run();
        });
    }

    /** Closes the socket if its peer takes nothing of what waits. One who is slow to take it is waited for. */
    void closeUnlessTaken() {
        if (isAny()) {
            closeUnlessTaking(bytes());
        }
    }

    private void closeUnlessTaking(long before) {
        var look = ctx.executor()
                .schedule(
                        () -> {
                            long now = bytes();
                            if (now == before) {
                                Closing.close(ctx);
                            } else if (now > 0) {
                                closeUnlessTaking(now);
                            }
                        },
                        PARTING.toNanos(),
                        TimeUnit.NANOSECONDS);
        ctx.channel().closeFuture().addListener(closed -> look.cancel(false));
    }
}
