// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.MemoryShortage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives one connection what it reads into: small buffers for heads, larger ones for bodies, its loop's large one for long
 * bodies and once it is joined. Each turn of the loop reads each connection once, so that a fast one does not starve the
 * others. All but {@link #newHandle()} is confined to the channel's loop.
 */
public final class ReadBuffers implements RecvByteBufAllocator {

    /** Most request heads fit. */
    private static final int HEAD_BYTES = 2048;

    /** Some records of TLS, which are up to 16 KiB long and a little. */
    public static final int SEALED_BYTES = 64 * 1024 + 4 * 64;

    /** TCP_CLOSE of Linux' {@code tcp_states.h}: the connection was reset. */
    private static final int TCP_STATE_CLOSE = 7;

    private final Channel channel;
    private final MemoryShortage memory;
    private int pieceBytes = HEAD_BYTES;
    private @Nullable LoopBuffer large;
    private int largeBytes = Integer.MAX_VALUE;
    private boolean joined;
    private boolean held;
    private boolean pausedForMemory;

    /**
     * Serves that channel alone.
     *
     * @param memory is told when there is none
     */
    public ReadBuffers(Channel channel, MemoryShortage memory) {
        this.channel = channel;
        this.memory = memory;
    }

    /** Reads a joined socket into the loop's large buffer from now on. */
    void readInto(LoopBuffer buffer) {
        readInto(buffer, Integer.MAX_VALUE);
    }

    /**
     * Reads a WebSocket into the loop's large buffer from now on.
     *
     * @param most bytes at once
     */
    void readInto(LoopBuffer buffer, int most) {
        joined = true;
        large = buffer;
        largeBytes = most;
        readOn();
    }

    /** Reads much of a joined socket at once from now on, into buffers that what does the TLS may keep. */
    void readSealed() {
        readSealed(SEALED_BYTES);
    }

    /**
     * Reads a WebSocket from now on into buffers that what does the TLS may keep.
     *
     * @param most bytes at once; more than {@link #SEALED_BYTES} are not read
     */
    void readSealed(int most) {
        joined = true;
        readPieces(most);
        readOn();
    }

    /** Reads a long body into the loop's large buffer, until {@link #readLittle()}. */
    public void readMuch(LoopBuffer buffer) {
        large = buffer;
        largeBytes = Integer.MAX_VALUE;
    }

    /**
     * Reads a body in pieces that whoever gathers them may keep, until {@link #readLittle()}.
     *
     * @param bytes how long a piece may be; more than {@link #SEALED_BYTES} is not read at once
     */
    public void readPieces(long bytes) {
        pieceBytes = Math.clamp(bytes, HEAD_BYTES, SEALED_BYTES);
    }

    /** Reads heads: a connection that waits for one costs little. */
    public void readLittle() {
        large = null;
        pieceBytes = HEAD_BYTES;
    }

    /** Reads nothing until {@link #letGo()}; what comes stays with the kernel. */
    public void hold() {
        held = true;
        channel.config().setAutoRead(false);
    }

    /** Reads on. */
    public void letGo() {
        held = false;
        if (!pausedForMemory) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    @SuppressWarnings(
            "deprecation") // the plain Handle of the interface is; the extended one is what transports ask for
    public Handle newHandle() {
        return new OneRead();
    }

    private ByteBuf next(ByteBufAllocator alloc, boolean autoRead) {
        if (!autoRead && (joined || held)) {
            refuseWhilePaused();
        }
        boolean heads = large == null && pieceBytes == HEAD_BYTES;
        boolean ready = large != null && large.isReady();
        if (memory.isFelt() && !heads && !ready) {
            pauseForMemory();
            throw new MemoryShortage.Felt();
        }
        try {
            return large == null ? alloc.ioBuffer(pieceBytes) : large.take(largeBytes);
        } catch (OutOfMemoryError error) {
            pauseForMemory();
            throw memory.felt(error);
        }
    }

    /** Who speaks frames pauses by itself: it may have other reasons to, as well. */
    private void pauseForMemory() {
        if (joined) {
            return;
        }
        pausedForMemory = true;
        channel.config().setAutoRead(false);
        // By then the channel may live on another loop.
        var _ = channel.eventLoop()
                .schedule(
                        () -> channel.eventLoop().execute(this::readOn),
                        MemoryShortage.PAUSE.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void readOn() {
        if (pausedForMemory) {
            pausedForMemory = false;
            if (!held) {
                channel.config().setAutoRead(true);
            }
        }
    }

    /**
     * A peer that hangs up is told to the epoll transport by a flag, and at that it reads all that the kernel still
     * holds, paused or not: megabytes that a slow partner would make us keep. So nothing is given to read into, which
     * leaves them with the kernel until reading goes on. A reset brings nothing any more, and comes again with each turn
     * of the loop: there the connection ends.
     */
    private void refuseWhilePaused() {
        if (channel instanceof EpollSocketChannel socket && socket.tcpInfo().state() == TCP_STATE_CLOSE) {
            Closing.close(socket);
        }
        throw new HeldBack();
    }

    /** Says that reading is paused, and that the peer has hung up meanwhile. */
    public static final class HeldBack extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private HeldBack() {
            super("reading is paused", null, false, false);
        }
    }

    private final class OneRead implements ExtendedHandle {

        private int lastBytesRead;
        private int attemptedBytesRead;

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            return next(alloc, channel.config().isAutoRead());
        }

        @Override
        public int guess() {
            return HEAD_BYTES;
        }

        @Override
        public void reset(ChannelConfig config) {}

        @Override
        public void incMessagesRead(int count) {}

        @Override
        public void lastBytesRead(int bytes) {
            lastBytesRead = bytes;
        }

        @Override
        public int lastBytesRead() {
            return lastBytesRead;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attemptedBytesRead = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attemptedBytesRead;
        }

        @Override
        public boolean continueReading() {
            return false;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return false;
        }

        @Override
        public void readComplete() {}
    }
}
