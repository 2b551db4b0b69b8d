// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.CallOutcome.Answered;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.edge.http.ChunkedBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to one request (RFC 9112), to the letter: what has two readings, as a length beside chunks, a folded line
 * or a line without its carriage return, is refused. Answers below 200 are read over.
 */
final class AnswerReader {

    /** How many bytes the heads of one answer may have, those that are read over and trailers among them. */
    static final int MOST_HEAD_BYTES = 32 * 1024;

    private static final int FIRST_BYTES = 16 * 1024;

    private static final byte[] NOTHING = {};

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    /** Says what is no answer, or too much of one. */
    static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;

        private Unusable(String what) {
            super(what, null, false, false);
        }

        /** {@return what was found} */
        String evidence() {
            return String.valueOf(getMessage());
        }
    }

    private enum Place {
        HEAD,
        SIZED,
        CHUNKS,
        UNTIL_END,
        WHOLE
    }

    private final boolean headAlone;
    private final int longest;
    private final byte[] scratch;

    private Place place = Place.HEAD;
    private byte[] head = NOTHING;
    private int headLength;
    private int overread;

    private int status;
    private List<Header> headers = List.of();
    private boolean lasting;

    private @Nullable ChunkedBody chunks;
    private byte[] body = NOTHING;
    private int length;
    private long left;

    /**
     * Stands before the first byte.
     *
     * @param headAlone whether {@code HEAD} was asked, whose answer has no body
     * @param longest how many bytes the body may have
     * @param scratch lent for each {@link #read}; {@value #MOST_HEAD_BYTES} bytes, nothing is kept in it
     */
    AnswerReader(boolean headAlone, int longest, byte[] scratch) {
        this.headAlone = headAlone;
        this.longest = longest;
        this.scratch = scratch;
    }

    /** {@return whether a byte may be a character of a token (RFC 9110, section 5.6.2)} */
    static boolean isTokenCharacter(int c) {
        return c >= 0 && c < TOKEN.length && TOKEN[c];
    }

    /**
     * Reads on, as far as the bytes go or the answer does.
     *
     * @param in is borrowed; what is left of it lies behind the answer
     * @return whether the answer is whole
     */
    boolean read(ByteBuf in, ByteBufAllocator alloc) throws Unusable {
        while (place == Place.HEAD && in.isReadable()) {
            readHead(in);
        }
        switch (place) {
            case HEAD, WHOLE -> {}
            case SIZED -> {
                int more = (int) Math.min(left, in.readableBytes());
                append(in, more);
                left -= more;
                if (left == 0) {
                    place = Place.WHOLE;
                }
            }
            case CHUNKS -> readChunks(in, alloc);
            case UNTIL_END -> append(in, in.readableBytes());
        }
        return place == Place.WHOLE;
    }

    /** {@return whether the answer is whole, now that the connection has come to its end in order} */
    boolean end() {
        if (place == Place.UNTIL_END) {
            place = Place.WHOLE;
        }
        return place == Place.WHOLE;
    }

    /** {@return the answer; once it is whole} */
    Answered answer() {
        return new Answered(status, new Headers(headers), body.length == length ? body : Arrays.copyOf(body, length));
    }

    /** {@return whether another request may follow on the connection; once the answer is whole} */
    boolean isLasting() {
        return lasting;
    }

    private void readHead(ByteBuf in) throws Unusable {
        int more = Math.min(in.readableBytes(), MOST_HEAD_BYTES - overread - headLength);
        byte[] bytes = scratch; // mostly the whole head is there at once
        if (headLength > 0) {
            if (head.length < headLength + more) {
                head = Arrays.copyOf(head, Math.max(headLength + more, Math.min(2 * head.length, MOST_HEAD_BYTES)));
            }
            bytes = head;
        }
        in.getBytes(in.readerIndex(), bytes, headLength, more);
        int end = endOfHead(bytes, headLength, headLength + more);
        if (end > 0) {
            in.skipBytes(end - headLength);
            parse(bytes, end);
            head = NOTHING;
            headLength = 0;
            return;
        }
        if (overread + headLength + more == MOST_HEAD_BYTES) {
            throw new Unusable("a head longer than " + MOST_HEAD_BYTES + " bytes");
        }
        in.skipBytes(more);
        if (headLength == 0) {
            head = Arrays.copyOf(scratch, more);
        }
        headLength += more;
    }

    /** {@return where what follows the head begins; 0 if it is not whole} */
    private static int endOfHead(byte[] bytes, int from, int to) throws Unusable {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                if (i == 0 || bytes[i - 1] != '\r') {
                    throw new Unusable("a line of the head that ends without a carriage return");
                }
                if (i == 1) {
                    throw new Unusable("an empty line where the status is expected");
                }
                if (bytes[i - 2] == '\n') {
                    return i + 1;
                }
            }
        }
        return 0;
    }

    private void parse(byte[] bytes, int end) throws Unusable {
        int line = endOfLine(bytes, 0);
        boolean first = parseStatus(bytes, line);
        List<Header> lines = new ArrayList<>(8);
        int begin = line + 2;
        while (begin < end - 2) {
            line = endOfLine(bytes, begin);
            lines.add(parseHeader(bytes, begin, line));
            begin = line + 2;
        }
        if (status >= 200) {
            headers = lines;
            beginBody(first);
        } else if (status == 101) {
            throw new Unusable("status 101, which nobody asked for");
        } else {
            overread += end;
        }
    }

    private static int endOfLine(byte[] bytes, int from) {
        int i = from;
        while (bytes[i] != '\r' || bytes[i + 1] != '\n') {
            i++;
        }
        return i;
    }

    /** {@return whether it is HTTP/1.1 or later} */
    private boolean parseStatus(byte[] bytes, int end) throws Unusable {
        boolean sound = end >= 12
                && bytes[0] == 'H'
                && bytes[1] == 'T'
                && bytes[2] == 'T'
                && bytes[3] == 'P'
                && bytes[4] == '/'
                && bytes[5] == '1'
                && bytes[6] == '.'
                && isDigit(bytes[7])
                && bytes[8] == ' '
                && isDigit(bytes[9])
                && isDigit(bytes[10])
                && isDigit(bytes[11])
                && (end == 12 || bytes[12] == ' ') // some leave the blank out with the reason
                && isText(bytes, 12, end);
        if (!sound) {
            throw new Unusable("what came is no answer of HTTP/1.1");
        }
        status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
        if (status < 100 || status > 599) {
            throw new Unusable("status " + status);
        }
        return bytes[7] != '0';
    }

    private static Header parseHeader(byte[] bytes, int begin, int end) throws Unusable {
        int colon = begin;
        while (colon < end && isTokenCharacter(bytes[colon])) {
            colon++;
        }
        if (colon == begin || colon == end || bytes[colon] != ':') {
            throw new Unusable("a line of the head that is no header");
        }
        int from = colon + 1;
        int to = end;
        while (from < to && isBlank(bytes[from])) {
            from++;
        }
        while (to > from && isBlank(bytes[to - 1])) {
            to--;
        }
        if (!isText(bytes, from, to)) {
            throw new Unusable("a control character in a header");
        }
        return new Header(
                new String(bytes, begin, colon - begin, StandardCharsets.ISO_8859_1),
                new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    private static boolean isText(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if ((bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] == 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** How long the body is (RFC 9112, section 6.3). */
    private void beginBody(boolean first) throws Unusable {
        String size = null;
        boolean chunked = false;
        boolean close = false;
        boolean keepAlive = false;
        for (Header line : headers) {
            switch (line.name().length()) { // few headers have a name of these lengths
                case 10 -> {
                    if (line.is("Connection")) {
                        close |= names(line.value(), "close");
                        keepAlive |= names(line.value(), "keep-alive");
                    }
                }
                case 14 -> {
                    if (line.is("Content-Length")) {
                        if (size != null) {
                            throw new Unusable("more than one Content-Length");
                        }
                        size = line.value();
                    }
                }
                case 17 -> {
                    if (line.is("Transfer-Encoding")) {
                        if (chunked || !line.value().equalsIgnoreCase("chunked")) {
                            throw new Unusable("a Transfer-Encoding (expected: chunked, or none)");
                        }
                        chunked = true;
                    }
                }
                default -> {}
            }
        }
        if (chunked && (size != null || !first)) {
            throw new Unusable(
                    size != null ? "Transfer-Encoding beside Content-Length" : "Transfer-Encoding in HTTP/1.0");
        }
        left = size == null ? 0 : parseSize(size);
        lasting = !close && (first || keepAlive);
        if (headAlone || status == 204 || status == 304) {
            place = Place.WHOLE;
        } else if (chunked) {
            chunks = new ChunkedBody(MOST_HEAD_BYTES);
            place = Place.CHUNKS;
        } else if (size != null) {
            if (left > longest) {
                throw tooLong();
            }
            place = Place.SIZED;
        } else {
            lasting = false;
            place = Place.UNTIL_END;
        }
    }

    private static boolean names(String list, String option) {
        if (list.equalsIgnoreCase(option)) {
            return true;
        }
        for (String one : list.split(",", -1)) {
            if (one.strip().equalsIgnoreCase(option)) {
                return true;
            }
        }
        return false;
    }

    private static long parseSize(String size) throws Unusable {
        boolean sound = !size.isEmpty() && size.length() <= 18; // what a long holds
        for (int i = 0; i < size.length(); i++) {
            sound &= size.charAt(i) >= '0' && size.charAt(i) <= '9';
        }
        if (!sound) {
            throw new Unusable("a Content-Length that is no length");
        }
        return Long.parseLong(size);
    }

    private void readChunks(ByteBuf in, ByteBufAllocator alloc) throws Unusable {
        List<ByteBuf> parts = new ArrayList<>(4);
        try {
            if (chunks != null && chunks.read(in, alloc, parts)) {
                place = Place.WHOLE;
            }
            for (ByteBuf part : parts) {
                append(part, part.readableBytes());
            }
        } catch (ChunkedBody.Malformed malformed) {
            throw new Unusable("chunks that cannot be read: " + malformed.getMessage());
        } finally {
            parts.forEach(ByteBuf::release);
        }
    }

    /** Room grows with what comes, not with what was announced. */
    private void append(ByteBuf in, int more) throws Unusable {
        if (more > longest - length) {
            throw tooLong();
        }
        if (body.length - length < more) {
            long announced = length + Math.max(left, more);
            long room = Math.min(announced, Math.max(2L * body.length, FIRST_BYTES));
            body = Arrays.copyOf(body, (int) Math.min(longest, Math.max(room, length + more)));
        }
        in.readBytes(body, length, more);
        length += more;
    }

    private Unusable tooLong() {
        return new Unusable("a body of more than " + longest + " bytes");
    }
}
