// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ByteProcessor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of a connection, one at a time: nothing behind a request is looked at before {@link #goOn()} says that
 * it is answered. What Netty's decoder would put right, as a folded line, is a request or a body that cannot be read, and
 * {@link RequestForm} refuses it.
 *
 * <p>What was read and is not looked at yet is copied, so that it costs what it is long and no buffer of an event loop.
 */
public final class RequestDecoder extends HttpRequestDecoder {

    /** What the pipeline is told of a head. */
    public enum Progress {
        /** A request has begun, and its head is not whole yet. */
        HEAD_BEGUN
    }

    /** A buffer that was read for a head may be kept as it is. */
    private static final int KEPT_BYTES = 4096;

    private enum Place {
        HEAD,
        BODY,
        /** What comes is no HTTP. */
        NOWHERE
    }

    private final int headBytes;
    private final FoldedLines lines = new FoldedLines();

    private @Nullable ChannelHandlerContext ctx;
    private Place place = Place.HEAD;
    private @Nullable ChunkedBody chunks;
    private boolean held;

    private boolean reading;
    private boolean again;
    private boolean headToldOf;
    private boolean copying;
    private @Nullable ByteBuf copied;

    private int wordEnd;

    /**
     * Reads the requests of one connection.
     *
     * @param headBytes the longest request line with its headers, and the most that a chunked body may have beside its chunks
     */
    public RequestDecoder(int headBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(headBytes)
                .setMaxHeaderSize(headBytes)
                .setMaxChunkSize(Integer.MAX_VALUE) // what was read is one part, however long it is
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false));
        this.headBytes = headBytes;
        setCumulator(this::cumulate);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    /** Reads nothing of the body of the request that was just told of, until {@link #goOn()}. */
    public void hold() {
        held = true;
    }

    /** Reads on: the body that was held, or the next request. What is there already comes later, not within this call. */
    public void goOn() {
        held = false;
        if (reading) {
            again = true;
        } else if (ctx != null && heldBytes() > 0) {
            ChannelHandlerContext mine = ctx;
            mine.executor().execute(() -> {
                if (!mine.isRemoved()) {
                    readOn(mine);
                }
            });
        }
    }

    /** {@return how many bytes were read and not looked at yet} */
    public int heldBytes() {
        return actualReadableBytes();
    }

    /** {@return whether the next request may begin and has not: nothing of it is there} */
    public boolean isAwaitingRequest() {
        return place == Place.HEAD && !held && !lines.begun && ctx != null && !ctx.isRemoved();
    }

    private boolean isWithinHead() {
        return place == Place.HEAD && lines.begun;
    }

    private void readOn(ChannelHandlerContext mine) {
        try {
            channelRead(mine, Unpooled.EMPTY_BUFFER);
            channelReadComplete(mine);
        } catch (Exception e) {
            mine.fireExceptionCaught(e);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext read, Object input) throws Exception {
        reading = true;
        try {
            super.channelRead(read, input);
            while (again && !read.isRemoved()) {
                again = false;
                super.channelRead(read, Unpooled.EMPTY_BUFFER);
            }
            if (!read.isRemoved()) {
                copyTheRest(read);
            }
        } finally {
            reading = false;
            again = false;
        }
        if (isWithinHead() && !headToldOf) {
            headToldOf = true;
            read.fireUserEventTriggered(Progress.HEAD_BEGUN);
        }
    }

    /** Asks for nothing: whoever paused the reading has a reason. */
    @Override
    public void channelReadComplete(ChannelHandlerContext read) {
        discardSomeReadBytes();
        read.fireChannelReadComplete();
    }

    @SuppressWarnings("ReferenceEquality") // buffers are equal by content, and it is this very one that is a copy
    private void copyTheRest(ChannelHandlerContext read) throws Exception {
        ByteBuf rest = internalBuffer();
        if (!rest.isReadable()) {
            copied = null;
        } else if (rest != copied && rest.capacity() > KEPT_BYTES) {
            copying = true;
            try {
                super.channelRead(read, Unpooled.EMPTY_BUFFER);
            } finally {
                copying = false;
            }
            copied = internalBuffer();
        }
    }

    private ByteBuf cumulate(ByteBufAllocator alloc, ByteBuf before, ByteBuf in) {
        if (!copying) {
            return MERGE_CUMULATOR.cumulate(alloc, before, in);
        }
        ByteBuf copy = alloc.buffer(before.readableBytes()).writeBytes(before);
        before.release();
        return copy;
    }

    @Override
    protected void decode(ChannelHandlerContext read, ByteBuf in, List<Object> out) throws Exception {
        if (held) {
            return;
        }
        int told = out.size();
        switch (place) {
            case HEAD -> decodeHead(read, in, out);
            case BODY -> {
                if (chunks == null) {
                    super.decode(read, in, out);
                } else {
                    decodeChunks(chunks, in, read.alloc(), out);
                }
            }
            case NOWHERE -> in.skipBytes(in.readableBytes());
        }
        for (int i = told; i < out.size(); i++) {
            tell((HttpObject) out.get(i));
        }
    }

    private void tell(HttpObject message) {
        if (message.decoderResult().isFailure()) {
            place = Place.NOWHERE;
            return;
        }
        if (message instanceof HttpRequest request) {
            place = Place.BODY;
            chunks = HttpUtil.isTransferEncodingChunked(request) ? new ChunkedBody(headBytes) : null;
        }
        if (message instanceof LastHttpContent) {
            place = Place.HEAD;
            lines.beginAnew();
            headToldOf = false;
            held = true;
        }
    }

    private void decodeHead(ChannelHandlerContext read, ByteBuf in, List<Object> out) throws Exception {
        int begin = in.readerIndex();
        int fold = lines.find(in);
        if (fold < 0) {
            super.decode(read, in, out);
        } else {
            // What stands before it may be wrong in itself: it is answered for that, in however many pieces it comes.
            int told = out.size();
            super.decode(read, in.slice(begin, fold - begin), out);
            if (out.size() == told) {
                HttpMessage folded = createInvalidMessage();
                folded.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a folded line")));
                out.add(folded);
            }
            in.skipBytes(in.readableBytes());
        }
        lines.consumed(in.readerIndex() - begin);
    }

    private void decodeChunks(ChunkedBody body, ByteBuf in, ByteBufAllocator alloc, List<Object> out) {
        List<ByteBuf> parts = new ArrayList<>(4);
        boolean whole = false;
        ChunkedBody.@Nullable Malformed malformed = null;
        try {
            whole = body.read(in, alloc, parts);
        } catch (ChunkedBody.Malformed found) {
            malformed = found;
            in.skipBytes(in.readableBytes());
        } catch (OutOfMemoryError error) {
            parts.forEach(ByteBuf::release);
            throw error;
        }
        parts.forEach(part -> out.add(new DefaultHttpContent(part)));
        if (malformed != null) {
            HttpContent end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
            end.setDecoderResult(DecoderResult.failure(malformed));
            out.add(end);
        } else if (whole) {
            chunks = null;
            reset(); // of the decoder above, which waits for chunks
            out.add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** Other blanks than the one are read in other ways elsewhere (RFC 9112, section 3). */
    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        if (start != 0) {
            throw new IllegalArgumentException("a blank before the method");
        }
        wordEnd = length;
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        isBehindOneBlank(line, start);
        wordEnd = start + length;
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        isBehindOneBlank(line, start);
        String version = super.splitThirdWordInitialLine(line, start, length);
        if (!version.startsWith("HTTP/")) { // in capitals alone (RFC 9112, section 2.3)
            throw new IllegalArgumentException("no version of HTTP");
        }
        return version;
    }

    private void isBehindOneBlank(byte[] line, int start) {
        if (start != wordEnd + 1 || line[wordEnd] != ' ') {
            throw new IllegalArgumentException("not one blank between the words of the first line");
        }
    }

    /** Finds the first folded line of a head (RFC 9112, section 5.2), in however many pieces it comes. */
    private static final class FoldedLines implements ByteProcessor {

        private int ahead;
        private boolean begun;
        private boolean atLineStart = true;
        private boolean folded;
        private boolean ended;

        /** {@return where the blank stands that folds a line; less than 0 if none does so far} */
        int find(ByteBuf in) {
            int begin = in.readerIndex() + ahead;
            if (ended || begin == in.writerIndex()) {
                return -1;
            }
            int stop = in.forEachByte(begin, in.writerIndex() - begin, this);
            ahead = (stop < 0 ? in.writerIndex() : stop + 1) - in.readerIndex();
            return folded ? stop : -1;
        }

        void consumed(int bytes) {
            ahead -= bytes;
        }

        void beginAnew() {
            ahead = 0;
            begun = false;
            atLineStart = true;
            ended = false;
        }

        @Override
        public boolean process(byte next) {
            switch (next) {
                case '\n' -> {
                    ended = begun && atLineStart; // empty lines before the request are passed over
                    atLineStart = true;
                }
                case '\r' -> {}
                case ' ', '\t' -> folded = begun && atLineStart;
                default -> {
                    begun = true;
                    atLineStart = false;
                }
            }
            return !folded && !ended;
        }
    }
}
