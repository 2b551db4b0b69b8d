// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.exchange;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.edge.http.AnswerDate;
import dev.fairlead.server.edge.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer: its head, and its body in the framing that its length asks for (RFC 9112, sections 6 and 7.1). Long
 * pieces leave as they are, short ones are put together. Confined to the connection's event loop.
 *
 * <p>Owns every piece from {@link #write} on until it is written.
 */
final class AnswerWriter {

    /** To copy a shorter piece costs less than to write it by itself. */
    private static final int SHORT_BYTES = 1024;

    private static final int GATHERED_BYTES = 2 * SHORT_BYTES;

    /** The longest size of a chunk: sixteen digits, and the ends of two lines. */
    private static final int CHUNK_HEAD_BYTES = 16 + 2 * 2;

    private enum Framing {
        NOT_BEGUN,
        WITHOUT_BODY,
        SIZED,
        CHUNKED
    }

    private final ChannelHandlerContext ctx;
    private final String method;
    private final AnswerDate date;

    private Framing framing = Framing.NOT_BEGUN;
    private long left;
    private boolean withinChunk;
    private @Nullable ByteBuf gathered;

    AnswerWriter(ChannelHandlerContext ctx, String method, AnswerDate date) {
        this.ctx = ctx;
        this.method = method;
        this.date = date;
    }

    boolean isBegun() {
        return framing != Framing.NOT_BEGUN;
    }

    /**
     * Writes the head.
     *
     * @param bodyBytes how long the body will be; empty if that shows only at its end
     * @param last whether the connection ends with this answer
     */
    void begin(HttpAnswer answer, OptionalLong bodyBytes, boolean last) {
        List<Header> headers = new ArrayList<>(answer.headers().size() + 3);
        headers.addAll(answer.headers());
        if (answer.headers().stream().noneMatch(header -> header.is("Date"))) {
            headers.add(date.line());
        }
        frame(answer.status(), bodyBytes, headers);
        if (last) {
            headers.add(new Header("Connection", "close"));
        }
        int room = framing == Framing.SIZED && left <= SHORT_BYTES ? (int) left : CHUNK_HEAD_BYTES;
        gathered = ResponseHead.write(ctx.alloc(), answer.status(), answer.reason(), headers, room);
    }

    private void frame(int status, OptionalLong bodyBytes, List<Header> headers) {
        boolean bodyElsewhere = method.equals("HEAD") || status == 304; // and its length may be told (RFC 9110, 8.6)
        if (bodyElsewhere || status == 204) {
            framing = Framing.WITHOUT_BODY;
            if (bodyElsewhere && status != 204 && bodyBytes.orElse(0) > 0) {
                headers.add(length(bodyBytes.getAsLong()));
            }
        } else if (status == 205) {
            framing = Framing.WITHOUT_BODY;
            headers.add(length(0));
        } else if (bodyBytes.isPresent()) {
            framing = Framing.SIZED;
            left = bodyBytes.getAsLong();
            headers.add(length(left));
        } else {
            framing = Framing.CHUNKED;
            headers.add(new Header("Transfer-Encoding", "chunked"));
        }
    }

    private static Header length(long bytes) {
        return new Header("Content-Length", Long.toString(bytes));
    }

    /** {@return whether the piece fits the framing; nothing of one that does not is written} */
    boolean write(ByteBuf piece) {
        int length = piece.readableBytes();
        boolean fits = framing != Framing.NOT_BEGUN && (framing != Framing.SIZED || length <= left);
        if (!fits || length == 0 || framing == Framing.WITHOUT_BODY) {
            piece.release();
            return fits;
        }
        if (framing == Framing.SIZED) {
            left -= length;
        }
        if (!ctx.channel().isActive()) {
            piece.release(); // the exchange hears of that in a moment
            return true;
        }
        if (framing == Framing.CHUNKED) {
            beginChunk(length);
        }
        if (length > SHORT_BYTES) {
            pass();
            var _ = ctx.write(piece, ctx.voidPromise()); // a failure comes as exceptionCaught
            return true;
        }
        try {
            gather(length).writeBytes(piece);
        } finally {
            piece.release();
        }
        return true;
    }

    private void beginChunk(int length) {
        ByteBuf head = gather(CHUNK_HEAD_BYTES);
        endChunk(head);
        ByteBufUtil.writeAscii(head, Integer.toHexString(length));
        ByteBufUtil.writeShortBE(head, CRLF);
        withinChunk = true;
    }

    /** The end of the line behind a chunk leaves with what follows, or with the next flush. */
    private void endChunk(ByteBuf into) {
        if (withinChunk) {
            ByteBufUtil.writeShortBE(into, CRLF);
            withinChunk = false;
        }
    }

    private static final int CRLF = '\r' << 8 | '\n';

    private ByteBuf gather(int length) {
        if (gathered != null
                && gathered.writableBytes() < length
                && gathered.readableBytes() + length > GATHERED_BYTES) {
            pass();
        }
        if (gathered == null) {
            gathered = ctx.alloc().directBuffer(Math.max(length, 2 * CHUNK_HEAD_BYTES));
        }
        return gathered;
    }

    private void pass() {
        if (gathered != null) {
            ByteBuf all = gathered;
            gathered = null;
            var _ = ctx.write(all, ctx.voidPromise());
        }
    }

    /** Sends what was written; what was sent so far can be read without what follows. */
    void flush() {
        if (withinChunk) {
            endChunk(gather(CHUNK_HEAD_BYTES));
        }
        pass();
        ctx.flush();
    }

    /** Ends the answer, and sends it. {@return whether all of it was written; the end of another is not} */
    boolean end() {
        if (framing == Framing.NOT_BEGUN || (framing == Framing.SIZED && left > 0)) {
            return false;
        }
        if (framing == Framing.CHUNKED) {
            ByteBuf end = gather(CHUNK_HEAD_BYTES);
            endChunk(end);
            end.writeCharSequence("0\r\n\r\n", StandardCharsets.US_ASCII);
        }
        pass();
        ctx.flush();
        return true;
    }

    /** {@return how many bytes the next flush will send} */
    int gatheredBytes() {
        return gathered == null ? 0 : gathered.readableBytes();
    }

    /** Writes nothing any more, also of what was put together. */
    void drop() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        withinChunk = false;
    }
}
