// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one socket has still to write of what was flushed: the kernel takes no more, since its peer does not read. */
public final class Unsent {

    /** A socket that still has something to write is given that long, and again as long as it takes some of it. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Channel channel;
    private final boolean sealed;
    private int awaited;
    private @Nullable Future<?> look;

    /** Looks at that channel, whose TLS, if any, stands in its pipeline by now. */
    public Unsent(Channel channel) {
        this.channel = channel;
        this.sealed = channel.pipeline().get(SslHandler.class) != null;
    }

    /** {@return how many bytes wait to be taken by the peer, and a little for each write; 0 if it is gone} */
    public long bytes() {
        return bytes(channel);
    }

    /** {@return the same of any channel; on its loop} */
    public static long bytes(Channel channel) {
        var out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    /** {@return whether the peer is there, and has not taken all} */
    public boolean isBehind() {
        return channel.isActive() && bytes() > 0;
    }

    /**
     * Copies what this peer has still to be written, so that it costs what it is long and not the loop's whole buffer, which
     * is warm and is read into again. After a flush that left something behind, and before anybody waits for the rest.
     */
    public void keepCopy() {
        var out = channel.unsafe().outboundBuffer();
        // What TLS made is its own already; and to take a write out of the queue would end what waits for it.
        if (out == null || sealed || awaited > 0 || out.totalPendingWriteBytes() > Integer.MAX_VALUE) {
            return;
        }
        ByteBuf left;
        try {
            left = channel.alloc().directBuffer((int) out.totalPendingWriteBytes());
        } catch (OutOfMemoryError _) {
            return; // then the loop's buffer is given up to it, and the next read has to find another
        }
        while (out.current() instanceof ByteBuf next) {
            left.writeBytes(next, next.readerIndex(), next.readableBytes());
            out.remove();
        }
        channel.unsafe().write(left, channel.voidPromise());
        out.addFlush(); // the transport waits already until the socket takes more
    }

    /**
     * {@return what is to be written behind what waits, as a copy} It will wait, too.
     *
     * @param bytes the callee's to release
     */
    public ByteBuf copied(ByteBuf bytes) {
        if (sealed) {
            return bytes;
        }
        ByteBuf copy;
        try {
            copy = channel.alloc().directBuffer(bytes.readableBytes());
        } catch (OutOfMemoryError _) {
            return bytes;
        }
        copy.writeBytes(bytes);
        bytes.release();
        return copy;
    }

    /**
     * Runs a task when all that was written is taken, or the socket is closed; at once if that is so already. Later it runs by
     * itself, and not while the socket is being written: so it may write, and copy what is left of that.
     */
    public void whenWritten(Runnable next) {
        channel.flush(); // through TLS, what was written before
        if (!isBehind()) {
            next.run();
            return;
        }
        // An empty write ends when all before it has: written, or failed with the socket. Past TLS, which would make a
        // record of it; what was flushed through it before is in the socket's queue by now.
        awaited++;
        ChannelPromise written = channel.newPromise();
        channel.unsafe().write(Unpooled.EMPTY_BUFFER, written);
        channel.unsafe().flush();
        written.addListener(all -> {
            awaited--;
            channel.eventLoop().execute(next);
        });
    }

    /**
     * As {@link #whenWritten}, but closes the socket of a peer that takes nothing any more: one who is slow to take what is
     * left is waited for.
     */
    public void whenTaken(Runnable next) {
        whenWritten(() -> {
            stopLooking();
            next.run();
        });
        if (isBehind()) {
            closeUnlessTaking(bytes());
        }
    }

    private void closeUnlessTaking(long before) {
        stopLooking();
        look = channel.eventLoop()
                .schedule(
                        () -> {
                            if (bytes() == before) {
                                var _ = channel.close();
                            } else if (bytes() > 0) {
                                closeUnlessTaking(bytes());
                            }
                        },
                        PATIENCE.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void stopLooking() {
        if (look != null) {
            look.cancel(false);
            look = null;
        }
    }
}
