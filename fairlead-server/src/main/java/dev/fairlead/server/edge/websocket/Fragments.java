// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes what the server itself says, in frames of at most {@value FrameRewriter#MAX_PIECE} bytes, which every client of
 * Hybrid Connections takes. Flushes nothing. A write that fails comes to the pipeline as an exception.
 */
final class Fragments {

    /** Up to that length a copy behind its header costs less than a buffer of its own. */
    private static final int SHORT = 512;

    private Fragments() {}

    /** Writes a whole text message. */
    static void text(ChannelHandlerContext ctx, String text) {
        byte[] bytes =
                text.getBytes(StandardCharsets.UTF_8); // many at a time, which beats going through the characters
        if (bytes.length <= FrameRewriter.MAX_PIECE) {
            byte[] head = new byte[FrameWriter.headerBytes(bytes.length)];
            FrameWriter.header(ByteBuffer.wrap(head), 0, FrameWriter.FINAL | Opcode.TEXT, bytes.length);
            write(
                    ctx,
                    ctx.alloc()
                            .directBuffer(head.length + bytes.length)
                            .writeBytes(head)
                            .writeBytes(bytes));
            return;
        }
        int opcode = Opcode.TEXT;
        int at = 0;
        do {
            int end = Math.min(bytes.length, at + FrameRewriter.MAX_PIECE);
            int first = opcode | (end == bytes.length ? FrameWriter.FINAL : 0);
            write(ctx, Unpooled.wrappedBuffer(FrameWriter.serverFrame(first, Arrays.copyOfRange(bytes, at, end))));
            opcode = Opcode.CONTINUATION;
            at = end;
        } while (at < bytes.length);
    }

    /**
     * Writes a part of a message. Long parts are not copied.
     *
     * @param opcode of the first frame
     * @param part the callee's to release
     * @param last whether the message ends with it
     */
    static void part(ChannelHandlerContext ctx, int opcode, ByteBuf part, boolean last) {
        try {
            int kind = opcode;
            do {
                int length = Math.min(part.readableBytes(), FrameRewriter.MAX_PIECE);
                boolean ends = last && length == part.readableBytes();
                frame(ctx, ends ? FrameWriter.FINAL | kind : kind, part, length);
                kind = Opcode.CONTINUATION;
            } while (part.isReadable());
        } finally {
            part.release();
        }
    }

    private static void frame(ChannelHandlerContext ctx, int first, ByteBuf payload, int length) {
        boolean copied = length <= SHORT;
        int headerBytes = FrameWriter.headerBytes(length);
        byte[] head = new byte[copied ? headerBytes + length : headerBytes];
        FrameWriter.header(ByteBuffer.wrap(head), 0, first, length);
        if (copied) {
            payload.readBytes(head, headerBytes, length);
        }
        write(ctx, Unpooled.wrappedBuffer(head));
        if (!copied) {
            write(ctx, payload.readRetainedSlice(length));
        }
    }

    private static void write(ChannelHandlerContext ctx, ByteBuf bytes) {
        var _ = ctx.write(bytes, ctx.voidPromise());
    }
}
