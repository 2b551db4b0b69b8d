// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.MessageReader;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.PartReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An upgraded connection: masked frames go out, from any thread; whatever one read brings comes in, on one thread.
 *
 * <p>Two locks guard what goes out: one is held for a message, so that no other cuts into it, and one for a frame, so
 * that a control frame may. A pong never waits for either: a reader that waited for a writer, which waits for a peer, which
 * waits for its own reader, would never end.
 */
public final class FrameSocket {

    /** The longest payload of a frame that goes out: what Azure Relay itself sends at most. */
    public static final int MAX_FRAGMENT_BYTES = 32 * 1024;

    /** Room for one read, and for the whole head of an answer. */
    static final int BUFFER_BYTES = 16 * 1024;

    /** How long the peer has to end the connection, after both sides said all they had. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Socket raw;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int unread;
    private int filled;
    private String subprotocol = "";

    private final ReentrantLock message = new ReentrantLock();
    private final ReentrantLock frame = new ReentrantLock();
    private final MaskKeys keys = new MaskKeys();
    private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();

    /**
     * Takes over a connected socket.
     *
     * @param raw the TCP connection; closing it ends whatever blocks
     * @param socket the same, or the TLS layer above it
     */
    FrameSocket(Socket raw, Socket socket) throws IOException {
        this.raw = raw;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Writes the upgrade request and reads the head of the answer to it, passing over interim ones. */
    ResponseHead exchange(byte[] request) throws IOException {
        out.write(request);
        out.flush();
        while (true) {
            ResponseHead head = head();
            if (head.statusCode() >= 200 || head.statusCode() == 101) {
                return head;
            }
        }
    }

    private ResponseHead head() throws IOException {
        byte[] bytes = buffer.array();
        int lineStart = unread;
        for (int at = unread; ; at++) {
            if (at == filled) {
                if (filled == bytes.length) {
                    throw new IOException("the answer's head is longer than " + BUFFER_BYTES + " bytes");
                }
                fill(filled);
            }
            if (bytes[at] == '\n') {
                int lineEnd = at > lineStart && bytes[at - 1] == '\r' ? at - 1 : at;
                if (lineEnd == lineStart) {
                    int from = unread;
                    unread = at + 1;
                    int end = lineStart > from ? lineStart - 1 : from;
                    return ResponseHead.parse(bytes, from, end > from && bytes[end - 1] == '\r' ? end - 1 : end);
                }
                lineStart = at + 1;
            }
        }
    }

    private void fill(int at) throws IOException {
        int count = in.read(buffer.array(), at, buffer.capacity() - at);
        if (count < 0) {
            throw new IOException("the connection was ended before an answer");
        }
        filled = at + count;
    }

    void agreeOn(String chosen) {
        this.subprotocol = chosen;
    }

    /** {@return the subprotocol that both ends agreed on, if they did} */
    public Optional<String> subprotocol() {
        return subprotocol.isEmpty() ? Optional.empty() : Optional.of(subprotocol);
    }

    /**
     * Reads once, and passes on what came.
     *
     * @param patience how long to wait for a first byte; zero waits for ever
     * @return whether anything came: false at the end of the connection
     * @throws SocketTimeoutException if nothing came in time; the connection is as it was
     */
    public boolean receive(MessageReader reader, Duration patience) throws IOException {
        int from = await(patience);
        if (from >= 0) {
            reader.read(buffer, from, filled);
        }
        return from >= 0;
    }

    /** Reads once, as {@link #receive(MessageReader, Duration)} does, and passes on parts of messages. */
    public boolean receive(PartReader reader, Duration patience) throws IOException {
        int from = await(patience);
        if (from >= 0) {
            reader.read(buffer, from, filled);
        }
        return from >= 0;
    }

    /** {@return where what came begins; a negative number at the end of the connection} */
    private int await(Duration patience) throws IOException {
        if (unread == filled) {
            socket.setSoTimeout(patience.isZero() ? 0 : (int) Math.max(1, Math.min(patience.toMillis(), 1 << 30)));
            int count = in.read(buffer.array(), 0, buffer.capacity());
            if (count < 0) {
                return -1;
            }
            unread = 0;
            filled = count;
        }
        int from = unread;
        unread = filled;
        return from;
    }

    /**
     * Sends a message, in fragments of at most {@value #MAX_FRAGMENT_BYTES} bytes. Blocks while the peer does not read.
     *
     * @param opcode {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @param payload read from position to limit, and left as it is but for its position
     */
    public void sendMessage(int opcode, ByteBuffer payload) throws IOException {
        message.lock();
        try {
            sendInFragments(opcode, true, payload);
        } finally {
            message.unlock();
        }
    }

    /**
     * Sends a part of a message, in fragments of at most {@value #MAX_FRAGMENT_BYTES} bytes. Blocks while the peer does not
     * read. Who sends a message so is the only one who sends messages until it is whole.
     *
     * @param opcode {@link Opcode#TEXT} or {@link Opcode#BINARY} for the first part, then {@link Opcode#CONTINUATION}
     * @param last whether the message ends with it
     * @param payload read from position to limit, and left as it is but for its position
     */
    public void sendPart(int opcode, boolean last, ByteBuffer payload) throws IOException {
        message.lock();
        try {
            sendInFragments(opcode, last, payload);
        } finally {
            message.unlock();
        }
    }

    /**
     * Sends a text message and a binary one, and no other message between them.
     *
     * @param binary read from position to limit, and left as it is but for its position
     */
    public void sendPair(String text, ByteBuffer binary) throws IOException {
        message.lock();
        try {
            sendInFragments(Opcode.TEXT, true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            sendInFragments(Opcode.BINARY, true, binary);
        } finally {
            message.unlock();
        }
    }

    private void sendInFragments(int opcode, boolean last, ByteBuffer payload) throws IOException {
        int kind = opcode;
        byte[] copy = new byte[Math.min(MAX_FRAGMENT_BYTES, payload.remaining())];
        do {
            int length = Math.min(MAX_FRAGMENT_BYTES, payload.remaining());
            payload.get(copy, 0, length);
            send(payload.hasRemaining() || !last ? kind : FrameWriter.FINAL | kind, copy, 0, length);
            kind = Opcode.CONTINUATION;
        } while (payload.hasRemaining());
    }

    /**
     * Sends one frame of a message whose end is not known yet. Blocks while the peer does not read. Who sends a message so
     * is the only one who sends messages until it is whole: control frames alone may come between.
     *
     * @param opcode {@link Opcode#TEXT} or {@link Opcode#BINARY} for the first frame, then {@link Opcode#CONTINUATION}
     * @param last whether the message ends with it
     * @param payload borrowed, and left as it is; {@value #MAX_FRAGMENT_BYTES} bytes at most
     */
    public void sendFragment(int opcode, boolean last, byte[] payload, int offset, int length) throws IOException {
        send(last ? FrameWriter.FINAL | opcode : opcode, payload, offset, length);
    }

    /** Sends the last frame of this side. Waits for a message that is being sent. */
    public void sendClose(CloseStatus status) throws IOException {
        message.lock();
        try {
            byte[] payload = status.payload();
            send(FrameWriter.FINAL | Opcode.CLOSE, payload, 0, payload.length);
        } finally {
            message.unlock();
        }
    }

    /** Asks the peer whether it lives. */
    public void sendPing() throws IOException {
        sendPing(new byte[0]);
    }

    /**
     * Asks the peer whether it lives.
     *
     * @param payload what its answer is to have; 125 bytes at most
     */
    public void sendPing(byte[] payload) throws IOException {
        send(FrameWriter.FINAL | Opcode.PING, payload, 0, payload.length);
    }

    /** Answers a ping: now, or as soon as the frame that is being sent is out. Of several pings the last is answered. */
    public void sendPong(byte[] payload) throws IOException {
        pong.set(payload);
        flushPong();
    }

    private void send(int first, byte[] payload, int offset, int length) throws IOException {
        frame.lock();
        try {
            write(first, payload, offset, length);
        } finally {
            frame.unlock();
        }
        flushPong();
    }

    /** Whoever holds the lock looks again after it let go, so no pong is left behind. */
    private void flushPong() throws IOException {
        while (pong.get() != null && frame.tryLock()) {
            try {
                byte[] payload = pong.getAndSet(null);
                if (payload != null) {
                    write(FrameWriter.FINAL | Opcode.PONG, payload, 0, payload.length);
                }
            } finally {
                frame.unlock();
            }
        }
    }

    private void write(int first, byte[] payload, int offset, int length) throws IOException {
        out.write(FrameWriter.clientFrame(first, payload, offset, length, keys.next()));
        out.flush();
    }

    /**
     * Waits for the peer to end the connection, as a client lets a server do (RFC 6455, section 7.1.1): some servers take one
     * that is ended in their last word for lost. Takes a second at most.
     */
    public void awaitEnd() {
        try {
            readToTheEnd();
        } catch (IOException goneAlready) {
            // the other side was faster
        }
    }

    /** Ends the connection after the last words of both sides: what was written arrives. Takes a second at most. */
    public void finish() {
        try {
            socket.shutdownOutput();
            readToTheEnd();
        } catch (IOException goneAlready) {
            // the other side was faster
        }
        close();
    }

    private void readToTheEnd() throws IOException {
        long end = System.nanoTime() + FAREWELL.toNanos();
        int count;
        do {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                break;
            }
            socket.setSoTimeout((int) left);
            count = in.read(buffer.array(), 0, buffer.capacity());
        } while (count >= 0);
    }

    /** Ends the connection at once, and whatever blocks on it. Safe from any thread. */
    public void abort() {
        try {
            raw.setSoLinger(true, 0);
        } catch (IOException goneAlready) {
            // then there is nothing to drop
        }
        close();
    }

    private void close() {
        try {
            raw.close();
        } catch (IOException goneAlready) {
            // closed is what it is
        }
    }
}
