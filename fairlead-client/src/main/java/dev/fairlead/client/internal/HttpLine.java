// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import dev.fairlead.protocol.http.Header;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an HTTP/1.1 server (RFC 9112): one request after the other, of which each may still be written while its
 * answer is read. One thread writes and one reads; {@link #close} is safe from any.
 */
public final class HttpLine implements Closeable {

    /** The longest head of an answer. */
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private static final int PART_BYTES = 32 * 1024;

    private final Socket raw;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[MAX_HEAD_BYTES];
    private int unread;
    private int filled;

    private @Nullable Future<?> end;
    private volatile boolean keptAlive;
    private boolean answered;
    private boolean usedBefore;

    HttpLine(Socket raw, Socket socket) throws IOException {
        this.raw = raw;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    private void write(byte[] part, int offset, int length) throws IOException {
        out.write(part, offset, length);
        out.flush();
    }

    /** Writes the head of a request: in Latin-1, as it came, unless it has characters beyond. */
    public void writeHead(String head) throws IOException {
        Charset charset = head.chars().allMatch(c -> c <= 0xFF) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
        byte[] bytes = head.getBytes(charset);
        write(bytes, 0, bytes.length);
    }

    /**
     * Writes the body of a request, each part as soon as it is there.
     *
     * @param body read to its end. If it breaks off, the connection is closed: the server is not to take half for a whole
     * @param chunked whether its length shows at its end
     * @throws IOException if the server reads no more, which may well be since it has answered
     */
    public void writeBody(InputStream body, boolean chunked) throws IOException {
        byte[] part = new byte[PART_BYTES];
        for (int count = next(body, part); count >= 0; count = next(body, part)) {
            if (count == 0) {
                continue;
            }
            if (chunked) {
                write(Integer.toHexString(count) + "\r\n");
            }
            write(part, 0, count);
            if (chunked) {
                write("\r\n");
            }
        }
        if (chunked) {
            write("0\r\n\r\n");
        }
    }

    private int next(InputStream body, byte[] part) throws IOException {
        try {
            return body.read(part);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        write(bytes, 0, bytes.length);
    }

    /**
     * The head of an answer, and its body as it arrives.
     *
     * @param status 200 to 999
     * @param reason may be empty
     * @param headers in order
     * @param length of the body in bytes; negative if it shows at its end
     * @param body ends with the answer; throws if the answer is cut off
     */
    public record Reply(int status, String reason, List<Header> headers, long length, InputStream body) {}

    /**
     * Reads the head of the answer, passing over interim ones.
     *
     * @param method of the request: an answer to HEAD has no body
     */
    public Reply read(String method) throws IOException {
        ResponseHead head = head();
        while (head.statusCode() < 200) {
            if (head.statusCode() == 101) {
                throw new ProtocolException("the server switches protocols, and nobody asked it to");
            }
            head = head();
        }
        String connection = head.value("Connection").toLowerCase(Locale.ROOT);
        boolean persistent = head.minor() > 0 ? !connection.contains("close") : connection.contains("keep-alive");
        return reply(head, framed(head, method, persistent));
    }

    private static Reply reply(ResponseHead head, Body body) {
        return new Reply(head.statusCode(), head.reason(), head.headers(), body.length, body);
    }

    private Body framed(ResponseHead head, String method, boolean persistent) throws IOException {
        int status = head.statusCode();
        String coding = head.value("Transfer-Encoding").strip().toLowerCase(Locale.ROOT);
        String length = head.value("Content-Length");
        if (method.equalsIgnoreCase("HEAD") || status == 204 || status == 304) {
            return new Body(Framing.SIZED, 0, persistent);
        }
        if (!coding.isEmpty()) {
            return coding.equals("chunked")
                    ? new Body(Framing.CHUNKED, -1, persistent && length.isEmpty())
                    : new Body(Framing.TO_THE_END, -1, false);
        }
        if (length.isEmpty()) {
            return new Body(Framing.TO_THE_END, -1, false);
        }
        if (!length.matches("[0-9]{1,18}")) {
            throw new ProtocolException("the answer has a length that is none");
        }
        return new Body(Framing.SIZED, Long.parseLong(length), persistent);
    }

    private ResponseHead head() throws IOException {
        int lineStart = unread;
        for (int at = unread; ; at++) {
            if (at == filled) {
                int moved = unread;
                makeRoom();
                at -= moved;
                lineStart -= moved;
                fill();
            }
            if (buffer[at] == '\n') {
                int lineEnd = at > lineStart && buffer[at - 1] == '\r' ? at - 1 : at;
                if (lineEnd == lineStart) {
                    int from = unread;
                    unread = at + 1;
                    int end = Math.max(from, lineStart - 1);
                    return ResponseHead.parse(buffer, from, end > from && buffer[end - 1] == '\r' ? end - 1 : end);
                }
                lineStart = at + 1;
            }
        }
    }

    private void makeRoom() throws IOException {
        if (unread == 0 && filled == buffer.length) {
            throw new ProtocolException("the answer has a head longer than " + MAX_HEAD_BYTES + " bytes");
        }
        System.arraycopy(buffer, unread, buffer, 0, filled - unread);
        filled -= unread;
        unread = 0;
    }

    private void fill() throws IOException {
        int count = in.read(buffer, filled, buffer.length - filled);
        if (count < 0) {
            throw new EOFException("the server ended the connection");
        }
        answered = true;
        filled += count;
    }

    /**
     * {@return whether the server may have ended the connection before it saw the request: it was idle, and nothing was
     * answered}
     */
    public boolean isMissed() {
        return usedBefore && !answered;
    }

    /** {@return whether the answer has ended, and another request may follow} */
    public boolean isReusable() {
        return keptAlive && unread == filled;
    }

    /** Closes the connection at that moment, unless it is used again before. */
    void closeWith(Future<?> deadline) {
        end = deadline;
    }

    /** {@return whether the connection is still there to be used again} */
    boolean reopen() {
        Future<?> deadline = end;
        end = null;
        keptAlive = false;
        answered = false;
        usedBefore = true;
        return deadline == null || deadline.cancel(false);
    }

    /** Ends the connection at once. */
    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException goneAlready) {
            // closed is what it is
        }
    }

    private enum Framing {
        SIZED,
        CHUNKED,
        TO_THE_END
    }

    private final class Body extends InputStream {

        private final Framing framing;
        private final long length;
        private final boolean persistent;

        /** Of the body, or of the chunk. */
        private long left;

        private boolean behindChunk;
        private boolean ended;

        Body(Framing framing, long length, boolean persistent) {
            this.framing = framing;
            this.length = length;
            this.persistent = persistent;
            this.left = framing == Framing.TO_THE_END ? Long.MAX_VALUE : Math.max(0, length);
            if (framing == Framing.SIZED && left == 0) {
                end();
            }
        }

        private void end() {
            ended = true;
            keptAlive = persistent;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            Objects.checkFromIndexSize(offset, most, into.length);
            if (most == 0) {
                return 0;
            }
            if (!ended && framing == Framing.CHUNKED && left == 0) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int count = take(into, offset, (int) Math.min(most, left));
            if (count < 0) {
                ended = true;
                return -1;
            }
            left -= count;
            if (left == 0 && framing == Framing.SIZED) {
                end();
            } else if (left == 0) {
                behindChunk = true;
            }
            return count;
        }

        private int take(byte[] into, int offset, int most) throws IOException {
            if (unread < filled) {
                int count = Math.min(most, filled - unread);
                System.arraycopy(buffer, unread, into, offset, count);
                unread += count;
                return count;
            }
            int count = in.read(into, offset, most);
            if (count < 0 && framing != Framing.TO_THE_END) {
                throw new EOFException("the server ended the connection within its answer");
            }
            return count;
        }

        private void nextChunk() throws IOException {
            if (behindChunk && !line().isEmpty()) {
                throw new ProtocolException("a chunk is longer than it says");
            }
            behindChunk = false;
            String size = line().replaceFirst("\\s*(;.*)?$", "");
            if (!size.matches("[0-9A-Fa-f]{1,15}")) {
                throw new ProtocolException("a chunk has a size that is none");
            }
            left = Long.parseLong(size, 16);
            if (left == 0) {
                while (!line().isEmpty()) {
                    // trailers end here
                }
                end();
            }
        }

        private String line() throws IOException {
            for (int at = unread; ; at++) {
                if (at == filled) {
                    at -= unread;
                    makeRoom();
                    fill();
                }
                if (buffer[at] == '\n') {
                    String line = new String(buffer, unread, at - unread, StandardCharsets.ISO_8859_1);
                    unread = at + 1;
                    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
                }
            }
        }

        /** Between two chunks only what says how long the next is counts. */
        @Override
        public int available() {
            if (ended) {
                return 0;
            }
            if (framing != Framing.CHUNKED || left > 0) {
                return (int) Math.min(left, filled - unread);
            }
            int lines = 0;
            for (int at = unread; at < filled; at++) {
                lines += buffer[at] == '\n' ? 1 : 0;
            }
            return lines >= (behindChunk ? 2 : 1) ? 1 : 0;
        }
    }
}
