// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings all that one read brought into the loop's buffer, which has room in front of it. What was read there stays where
 * it lies. What comes out of TLS, or was read before, comes in small pieces, and is put together. Confined to the loop.
 *
 * <p>Owns what it puts together until that is taken, or {@linkplain #drop dropped}.
 */
final class Gathering {

    private final LoopBuffer loop;
    private final Consumer<ByteBuf> taker;
    private @Nullable ByteBuf gathered;

    /**
     * Has nothing yet.
     *
     * @param taker borrows what is put together
     */
    Gathering(LoopBuffer loop, Consumer<ByteBuf> taker) {
        this.loop = loop;
        this.taker = taker;
    }

    /** Takes what was read; borrows it. */
    void add(ByteBuf bytes) {
        if (loop.holds(bytes)) {
            taker.accept(bytes);
            return;
        }
        while (bytes.isReadable()) {
            ByteBuf into = gathered == null ? loop.take() : gathered;
            gathered = into;
            into.writeBytes(bytes, Math.min(bytes.readableBytes(), into.writableBytes()));
            if (!into.isWritable()) {
                passOn();
            }
        }
    }

    /** Has what was put together taken, at the end of a read. */
    void passOn() {
        ByteBuf all = gathered;
        gathered = null;
        if (all == null) {
            return;
        }
        try {
            if (!loop.holds(all)) { // the end of the read was long in coming, and others read meanwhile
                ByteBuf moved = loop.take().writeBytes(all);
                all.release();
                all = moved;
            }
            taker.accept(all);
        } finally {
            all.release();
        }
    }

    /** Has it taken by nobody. */
    void drop() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }
}
