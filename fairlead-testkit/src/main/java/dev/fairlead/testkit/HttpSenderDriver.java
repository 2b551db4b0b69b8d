// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Plays a sender of plain HTTP/1.1 on one connection, which is made with the first word: it writes requests piece by piece,
 * as many behind each other as it likes, and reads answers piece by piece. It tells a body that ended from one that was cut.
 */
public final class HttpSenderDriver implements AutoCloseable {

    private static final int PIECE = 64 * 1024;
    private static final long UNTIL_THE_END = Long.MAX_VALUE;

    private final Dialler dialler;
    private final URI relay;
    private final String path;
    private final String token;
    private boolean tokenInHeader = true;
    private int receiveBuffer;
    private @Nullable RawWebSocket socket;
    private final Deque<String> unanswered = new ArrayDeque<>();
    private boolean chunked;
    private long left;

    /**
     * A sender that has not asked yet.
     *
     * @param relay scheme ({@code ws} or {@code wss}), host and port
     */
    public HttpSenderDriver(URI relay, String path, String token) {
        this(Dialler.PLAIN, relay, path, token);
    }

    HttpSenderDriver(Dialler dialler, URI relay, String path, String token) {
        this.dialler = dialler;
        this.relay = relay;
        this.path = path;
        this.token = token;
    }

    /** Shows no token, unless a request is given one. */
    public HttpSenderDriver withoutToken() {
        tokenInHeader = false;
        return this;
    }

    /**
     * Takes little at a time, so that the relay feels soon that it stopped reading.
     *
     * @param bytes of its receive buffer
     */
    public HttpSenderDriver withReceiveBuffer(int bytes) {
        receiveBuffer = bytes;
        return this;
    }

    /** {@return the connection, for what has no word of its own} */
    public RawWebSocket socket() {
        if (socket == null) {
            socket = dialler.dial(relay, receiveBuffer);
        }
        return socket;
    }

    /** Asks for the path. */
    public HttpSenderDriver gets() {
        return gets("");
    }

    /**
     * Asks for something below the path.
     *
     * @param below what stands behind it, query included
     */
    public HttpSenderDriver gets(String below) {
        return asks("GET", below, head -> head);
    }

    /** Asks for the path with more headers. */
    public HttpSenderDriver gets(UnaryOperator<Handshake> change) {
        return asks("GET", "", change);
    }

    /** Writes the head of a request; a body is the next word's to write. */
    public HttpSenderDriver asks(String method, String below, UnaryOperator<Handshake> change) {
        return asks(method, change.apply(authorized(Handshake.plain("/" + path + below))));
    }

    /** Writes a head as it is. */
    public HttpSenderDriver asks(String method, Handshake head) {
        unanswered.add(method);
        socket().starts(head.withMethod(method));
        return this;
    }

    /** Writes a head as it is, with what stands behind it, in Latin-1. */
    public HttpSenderDriver writes(String head) {
        unanswered.add(head.split(" ", 2)[0]);
        socket().writes(head);
        return this;
    }

    private Handshake authorized(Handshake head) {
        return tokenInHeader ? head.with("ServiceBusAuthorization", token) : head;
    }

    /** Posts a body of known length, all at once. */
    public HttpSenderDriver posts(byte... body) {
        return startsPosting(body.length).sends(body);
    }

    /** Posts a text of known length, all at once. */
    public HttpSenderDriver posts(String text) {
        return posts(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Posts the head of a request whose body has this length. */
    public HttpSenderDriver startsPosting(long length) {
        return asks("POST", "", head -> head.with("Content-Length", String.valueOf(length)));
    }

    /** Posts the head of a request whose body comes in chunks. */
    public HttpSenderDriver startsPostingChunks() {
        return asks("POST", "", head -> head.with("Transfer-Encoding", "chunked"));
    }

    /** Writes a piece of a body of known length. */
    public HttpSenderDriver sends(byte... bytes) {
        socket().writes(bytes);
        return this;
    }

    /** Writes a text as a piece of a body of known length. */
    public HttpSenderDriver sends(String text) {
        return sends(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a chunk. */
    public HttpSenderDriver sendsChunk(byte... bytes) {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(bytes.length + 16);
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(bytes);
        chunk.writeBytes(new byte[] {'\r', '\n'});
        return sends(chunk.toByteArray());
    }

    /** Writes a text as a chunk. */
    public HttpSenderDriver sendsChunk(String text) {
        return sendsChunk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the end of a body in chunks. */
    public HttpSenderDriver endsChunks() {
        return sends("0\r\n\r\n");
    }

    /** Watches for a moment, and fails if something comes. */
    public HttpSenderDriver isStillWaiting() {
        socket().hearsNothing();
        return this;
    }

    /** Reads an interim answer, and fails unless it tells to go on with the body. */
    public HttpSenderDriver isToldToContinue() {
        assertThat(socket().readsHead().status()).isEqualTo(100);
        return this;
    }

    /** {@return the head of the next answer; its body is read by {@link #receivesPiece()}} */
    public ResponseHead receivesHead() {
        ResponseHead head = socket().readsHead();
        boolean interim = head.status() < 200;
        String method = interim ? null : unanswered.poll();
        boolean none = interim || head.status() == 204 || head.status() == 304 || "HEAD".equals(method);
        chunked = !none
                && head.header("Transfer-Encoding")
                        .filter(coding -> coding.toLowerCase(Locale.ROOT).equals("chunked"))
                        .isPresent();
        if (chunked && head.header("Content-Length").isPresent()) {
            throw new AssertionError("an answer has chunks and a length: " + head);
        }
        left = none
                ? 0
                : chunked
                        ? UNTIL_THE_END
                        : head.header("Content-Length").map(Long::parseLong).orElse(UNTIL_THE_END);
        return head;
    }

    /**
     * Reads a piece of the body of the answer, as it comes: a whole chunk, or what there is of a body of known length.
     *
     * @return none at the end of the body
     * @throws AssertionError if the connection ends before the body does
     */
    public byte[] receivesPiece() {
        byte[] piece = piece();
        if (piece == null) {
            throw new AssertionError("the body of an answer was cut off");
        }
        return piece;
    }

    /** Reads a piece of the body, and fails unless it is this text. */
    public HttpSenderDriver receives(String text) {
        assertThat(new String(receivesPiece(), StandardCharsets.UTF_8)).isEqualTo(text);
        return this;
    }

    /** Reads the end of the body, and fails if more comes. */
    public HttpSenderDriver receivesEnd() {
        assertThat(receivesPiece()).as("the end of a body").isEmpty();
        return this;
    }

    /** Reads the rest of the body; {@return how long it was} */
    public long skipsBody() {
        long length = 0;
        for (byte[] piece = receivesPiece(); piece.length > 0; piece = receivesPiece()) {
            length += piece.length;
        }
        return length;
    }

    /** Finds the connection ended before the body did: without the last chunk, or short of the length that was told. */
    public HttpSenderDriver isCutOff() {
        for (byte[] piece = piece(); piece != null; piece = piece()) {
            if (piece.length == 0) {
                throw new AssertionError("the body of the answer was to be cut off, but it ended as it was announced");
            }
        }
        return this;
    }

    private byte @Nullable [] piece() {
        if (left == 0) {
            return new byte[0];
        }
        if (!chunked) {
            byte[] buffer = new byte[(int) Math.min(left, PIECE)];
            int count = socket().takes(buffer, 0, buffer.length);
            if (count < 0) {
                // Without a length the end of the connection is that of the body; the relay tells one or sends chunks.
                return null;
            }
            left -= count;
            return Arrays.copyOf(buffer, count);
        }
        String size = line();
        if (size == null) {
            return null;
        }
        byte[] chunk = new byte[Integer.parseInt(size, 16)];
        for (int at = 0; at < chunk.length; ) {
            int count = socket().takes(chunk, at, chunk.length - at);
            if (count < 0) {
                return null;
            }
            at += count;
        }
        if (chunk.length == 0) {
            left = 0;
        }
        String end = line();
        if (end == null) {
            return null;
        }
        assertThat(end).as("behind a chunk").isEmpty();
        return chunk;
    }

    private @Nullable String line() {
        StringBuilder line = new StringBuilder();
        byte[] next = new byte[1];
        while (line.length() < 2 || line.charAt(line.length() - 2) != '\r' || line.charAt(line.length() - 1) != '\n') {
            if (socket().takes(next, 0, 1) < 0) {
                return null;
            }
            line.append((char) (next[0] & 0xFF));
        }
        return line.substring(0, line.length() - 2);
    }

    /** {@return the next answer, whole} */
    public Answer isAnswered() {
        ResponseHead head = receivesHead();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] piece = piece(); piece == null || piece.length > 0; piece = piece()) {
            if (piece == null) {
                throw new AssertionError("the body of an answer was cut off after " + body.size() + " bytes: " + head);
            }
            body.writeBytes(piece);
        }
        return new Answer(head, body.toByteArray());
    }

    /** Reads the next answer, and fails unless it has this status and this body. */
    public Answer isAnsweredWith(int status, String text) {
        Answer answer = isAnswered();
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.text()).isEqualTo(text);
        return answer;
    }

    /** Reads the next answer, and fails unless it is this refusal of the relay's own, in the form that clients know. */
    public Answer isRefusedWith(int status, String text) {
        Answer answer = isAnswered();
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.reason()).as("%s", answer).contains(text).contains("TrackingId:");
        assertThat(answer.header("Via")).as("Via of %s", answer).isEmpty();
        return answer;
    }

    /** Finds the connection ended, with no byte before. */
    public HttpSenderDriver isHungUpOn() {
        socket().readsEnd();
        return this;
    }

    /** Resets the connection. */
    public HttpSenderDriver givesUp() {
        socket().aborts();
        return this;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
