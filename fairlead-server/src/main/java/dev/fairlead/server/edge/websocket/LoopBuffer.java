// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The one large buffer that an event loop reads joined sockets into. Large reads are what makes a relay cheap; one for
 * each loop, and not for each connection, is what makes them affordable. Confined to its loop.
 *
 * <p>In front of what is read lies {@link #HEADROOM}, where the shorter headers of the frames that go out are written.
 */
public final class LoopBuffer implements AutoCloseable {

    /** Bytes before the first byte that is read. */
    static final int HEADROOM = 128;

    private static final int CAPACITY = 256 * 1024;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf bytes;
    private ByteBuffer view = ByteBuffer.allocate(0);

    /** Allocates nothing until the first read. */
    public LoopBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** {@return the buffer, empty, its indices behind the headroom; the caller's to release before the next take} */
    ByteBuf take() {
        return take(CAPACITY);
    }

    /**
     * {@return the buffer, empty; the caller's to release before the next take}
     *
     * @param most how many bytes are to fit in; no more than there is room for do
     */
    ByteBuf take(int most) {
        ByteBuf ready = bytes;
        if (ready == null || ready.refCnt() != 1) {
            // A slow peer is still being written from the last one: that is given up to it.
            close();
            ready = allocator.directBuffer(CAPACITY, CAPACITY);
            view = ready.nioBuffer(0, CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
            bytes = ready;
        }
        int at = Math.max(HEADROOM, CAPACITY - most);
        return ready.setIndex(at, at).retain();
    }

    /** {@return whether the next take needs no new memory} */
    boolean isReady() {
        return bytes != null && bytes.refCnt() == 1;
    }

    /** {@return whether these are the bytes of the last {@link #take()}} */
    @SuppressWarnings(
            "ReferenceEquality") // buffers are equal by content, and it is this very one that has the headroom
    boolean holds(ByteBuf other) {
        return other == bytes;
    }

    /** {@return the bytes from index 0 on, little-endian} */
    ByteBuffer view() {
        return view;
    }

    /** Gives the buffer back. */
    @Override
    public void close() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
