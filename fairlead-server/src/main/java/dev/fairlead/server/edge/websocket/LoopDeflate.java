// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses and decompresses the messages of all conversations of an event loop, each by itself (RFC 7692, section 7.2,
 * without context takeover). So one of each is enough for a loop, and none waits for anybody. Confined to its loop.
 */
final class LoopDeflate implements AutoCloseable {

    /** A header and its payload fit one packet anyway, and a short message has little that repeats. */
    static final int LEAST = 256;

    /** A loop has others to serve: this much takes some 10 ms. */
    static final int MOST = 1 << 20;

    /** What a sender leaves out at a message's end (section 7.2.1). */
    private static final int TAIL_BYTES = 4;

    /**
     * What was left out, an empty block, and an empty last block behind it: only a message that is whole comes to that one's
     * end, and so is told from one that is cut.
     */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF, 1, 0, 0, (byte) 0xFF, (byte) 0xFF};

    /** A block that says to be the last may be followed by others (section 7.2.3.4); only a mischief has many of them. */
    private static final int MOST_LAST_BLOCKS = 64;

    private final byte[] scratch = new byte[16 * 1024];
    private @Nullable Inflater inflater;
    private @Nullable Deflater deflater;

    /** Holds nothing of zlib's until the first message. */
    LoopDeflate() {}

    /**
     * {@return how many bytes a message may have as it comes over the wire} Compression makes some messages longer, by a
     * few bytes for each block that it leaves as it is.
     *
     * @param limit of the message itself
     */
    static long longestCompressed(int limit) {
        return limit + limit / 64L + 64;
    }

    /**
     * {@return a message as it was before it was compressed}
     *
     * @param message compressed, from position to limit; borrowed, its position moves
     * @param limit the longest message in bytes; nothing beyond is decompressed
     * @throws ProtocolViolation if it is longer, or not compressed, or cut
     */
    byte[] inflate(ByteBuffer message, int limit) {
        Inflater with = inflater == null ? new Inflater(true) : inflater;
        inflater = with;
        try {
            return inflate(with, message, limit);
        } catch (DataFormatException e) {
            throw broken();
        } finally {
            with.reset();
        }
    }

    private byte[] inflate(Inflater with, ByteBuffer message, int limit) throws DataFormatException {
        byte[] out = scratch;
        int count = 0;
        int lastBlocks = 0;
        boolean inTail = false;
        with.setInput(message);
        while (true) {
            if (count == out.length) {
                out = Arrays.copyOf(out, (int) Math.min(2L * out.length, limit + 1L));
            }
            // One byte more than may be is asked for, and tells the message that is too long.
            int room = (int) Math.min(out.length - (long) count, limit + 1L - count);
            int more = with.inflate(out, count, room);
            count += more;
            if (count > limit) {
                throw new ProtocolViolation(CloseStatus.TOO_BIG, "over size limit (? > " + limit + " bytes)");
            }
            if (with.finished()) {
                boolean all = inTail ? with.getRemaining() == 0 : !message.hasRemaining();
                if (all) {
                    return Arrays.copyOf(out, count);
                }
                if (inTail || ++lastBlocks > MOST_LAST_BLOCKS) {
                    throw broken();
                }
                with.reset();
                with.setInput(message);
            } else if (more < room) {
                if (inTail || !with.needsInput()) {
                    throw broken();
                }
                inTail = true;
                with.setInput(TAIL);
            }
        }
    }

    private static ProtocolViolation broken() {
        return new ProtocolViolation(CloseStatus.INVALID_DATA, "the message is not compressed as was agreed");
    }

    /**
     * {@return a message compressed, the caller's to release; null if it would not be shorter}
     *
     * @param message from position to limit; borrowed, its position moves
     */
    @Nullable
    ByteBuf deflate(ByteBuffer message, ByteBufAllocator allocator) {
        Deflater with = deflater == null ? new Deflater(Deflater.BEST_SPEED, true) : deflater;
        deflater = with;
        int length = message.remaining();
        ByteBuf compressed = allocator.directBuffer(Math.min(length, scratch.length));
        boolean shorter = false;
        try {
            with.setInput(message);
            int more = scratch.length;
            while (more == scratch.length && compressed.readableBytes() < length) {
                more = with.deflate(scratch, 0, scratch.length, Deflater.SYNC_FLUSH);
                compressed.writeBytes(scratch, 0, more);
            }
            int wanted = compressed.readableBytes() - TAIL_BYTES;
            shorter = more < scratch.length && wanted < length;
            return shorter ? compressed.writerIndex(wanted) : null;
        } finally {
            with.reset();
            if (!shorter) {
                compressed.release();
            }
        }
    }

    /** Gives back what zlib holds. */
    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
    }
}
