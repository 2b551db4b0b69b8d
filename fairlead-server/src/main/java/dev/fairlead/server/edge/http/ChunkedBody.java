// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one chunked body (RFC 9112, section 7.1), to the letter: what has two readings, as a blank behind a size or a line
 * that ends without a carriage return, is refused, since somebody before the server may have taken the other. Extensions and
 * trailers must be well-formed, and are dropped.
 *
 * <p>Chunks that are shorter than what they cost are put together.
 */
public final class ChunkedBody {

    /** A size of more digits would be beyond what any body has, and soon beyond what a {@code long} holds. */
    private static final int MOST_DIGITS = 15;

    /** A shorter piece of a chunk is copied to the one before. */
    private static final int SHORT_BYTES = 512;

    private static final int GATHERED_BYTES = 8 * 1024;

    /** What the next byte belongs to. */
    private enum Place {
        SIZE,
        EXTENSION_BEGIN,
        EXTENSION_NAME,
        EXTENSION_VALUE_BEGIN,
        EXTENSION_VALUE,
        QUOTED,
        QUOTED_PAIR,
        QUOTED_END,
        SIZE_LINE_FEED,
        DATA,
        DATA_RETURN,
        DATA_LINE_FEED,
        TRAILER_BEGIN,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LINE_FEED,
        LAST_LINE_FEED,
        END
    }

    /** Says what is no chunked body. */
    public static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        private Malformed(String what) {
            super(what, null, false, false);
        }
    }

    private final int mostAside;
    private Place place = Place.SIZE;
    private int digits;
    private long left;
    private int aside;
    private @Nullable ByteBuf gathered;

    /**
     * Stands before the first chunk.
     *
     * @param mostAside how many bytes extensions and trailers may have in all
     */
    public ChunkedBody(int mostAside) {
        this.mostAside = mostAside;
    }

    /**
     * Reads on, as far as the bytes go or the body does.
     *
     * @param parts is added what the body has here, also if what follows is malformed; slices of {@code in} or copies, each
     *     the caller's to release
     * @return whether the body is whole
     */
    public boolean read(ByteBuf in, ByteBufAllocator alloc, List<ByteBuf> parts) throws Malformed {
        try {
            while (place != Place.END && in.isReadable()) {
                if (place == Place.DATA) {
                    takeData(in, alloc, parts);
                } else {
                    place = next(in.readByte());
                }
            }
            return place == Place.END;
        } finally {
            passGathered(parts);
        }
    }

    private void takeData(ByteBuf in, ByteBufAllocator alloc, List<ByteBuf> parts) {
        int length = (int) Math.min(left, in.readableBytes());
        if (length >= SHORT_BYTES) {
            passGathered(parts);
            parts.add(in.readRetainedSlice(length));
        } else {
            if (gathered != null && gathered.writableBytes() < length) {
                passGathered(parts);
            }
            if (gathered == null) {
                boolean alone = in.readableBytes() < SHORT_BYTES;
                gathered = alloc.directBuffer(alone ? in.readableBytes() : GATHERED_BYTES);
            }
            gathered.writeBytes(in, length);
        }
        left -= length;
        if (left == 0) {
            place = Place.DATA_RETURN;
        }
    }

    private void passGathered(List<ByteBuf> parts) {
        if (gathered != null) {
            parts.add(gathered);
            gathered = null;
        }
    }

    private Place next(byte octet) throws Malformed {
        return switch (place) {
            case SIZE -> size(octet);
            case EXTENSION_BEGIN -> counted(tokenOr(octet, Place.EXTENSION_NAME, "extension"));
            case EXTENSION_NAME -> octet == '=' ? counted(Place.EXTENSION_VALUE_BEGIN) : afterExtension(octet, place);
            case EXTENSION_VALUE_BEGIN ->
                octet == '"'
                        ? counted(Place.QUOTED)
                        : counted(tokenOr(octet, Place.EXTENSION_VALUE, "value of an extension"));
            case EXTENSION_VALUE -> afterExtension(octet, place);
            case QUOTED ->
                switch (octet) {
                    case '"' -> counted(Place.QUOTED_END);
                    case '\\' -> counted(Place.QUOTED_PAIR);
                    default -> counted(textOr(octet, Place.QUOTED, "quoted value of an extension"));
                };
            case QUOTED_PAIR -> counted(textOr(octet, Place.QUOTED, "quoted value of an extension"));
            case QUOTED_END -> afterExtension(octet, Place.QUOTED_END);
            case SIZE_LINE_FEED -> lineFeed(octet, left == 0 ? Place.TRAILER_BEGIN : Place.DATA);
            case DATA -> throw new IllegalStateException("data is not read byte by byte");
            case DATA_RETURN -> {
                if (octet != '\r') {
                    throw new Malformed("a chunk is longer than its size");
                }
                yield Place.DATA_LINE_FEED;
            }
            case DATA_LINE_FEED -> lineFeed(octet, Place.SIZE);
            case TRAILER_BEGIN ->
                octet == '\r' ? Place.LAST_LINE_FEED : counted(tokenOr(octet, Place.TRAILER_NAME, "trailer"));
            case TRAILER_NAME ->
                octet == ':' ? counted(Place.TRAILER_VALUE) : counted(tokenOr(octet, Place.TRAILER_NAME, "trailer"));
            case TRAILER_VALUE ->
                octet == '\r' ? Place.TRAILER_LINE_FEED : counted(textOr(octet, Place.TRAILER_VALUE, "trailer"));
            case TRAILER_LINE_FEED -> lineFeed(octet, Place.TRAILER_BEGIN);
            case LAST_LINE_FEED -> lineFeed(octet, Place.END);
            case END -> throw new IllegalStateException("the body is whole");
        };
    }

    private Place size(byte octet) throws Malformed {
        int digit = Character.digit(octet, 16); // no byte is a digit of another script
        if (digit >= 0) {
            if (digits == MOST_DIGITS) {
                throw new Malformed("the size of a chunk is too large");
            }
            left = digits++ == 0 ? digit : left << 4 | digit;
            return Place.SIZE;
        }
        if (digits == 0) {
            throw new Malformed("a chunk has no size");
        }
        return afterSize(octet);
    }

    private Place afterSize(byte octet) throws Malformed {
        digits = 0;
        return switch (octet) {
            case '\r' -> Place.SIZE_LINE_FEED;
            case ';' -> counted(Place.EXTENSION_BEGIN);
            default -> throw new Malformed("the size of a chunk is no number");
        };
    }

    private Place afterExtension(byte octet, Place more) throws Malformed {
        return switch (octet) {
            case '\r' -> Place.SIZE_LINE_FEED;
            case ';' -> counted(Place.EXTENSION_BEGIN);
            default -> {
                if (more == Place.QUOTED_END) {
                    throw new Malformed("the extension of a chunk is none");
                }
                yield counted(tokenOr(octet, more, "extension"));
            }
        };
    }

    /** What nobody reads must not be without end. */
    private Place counted(Place next) throws Malformed {
        if (++aside > mostAside) {
            throw new Malformed("more extensions and trailers than a head may have");
        }
        return next;
    }

    private static Place lineFeed(byte octet, Place next) throws Malformed {
        if (octet != '\n') {
            throw new Malformed("a carriage return without a line feed");
        }
        return next;
    }

    /** A character of a token (RFC 9110, section 5.6.2). */
    private static Place tokenOr(byte octet, Place next, String what) throws Malformed {
        boolean token = (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0;
        if (!token) {
            throw new Malformed("the " + what + " is none");
        }
        return next;
    }

    /** A character that may stand in a field's value (RFC 9110, section 5.5). */
    private static Place textOr(byte octet, Place next, String what) throws Malformed {
        if (octet != '\t' && ((octet >= 0 && octet < ' ') || octet == 0x7F)) {
            throw new Malformed("the " + what + " is none");
        }
        return next;
    }
}
