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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
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

    /** Room for the whole head of an answer. */
    private static final int HEAD_BYTES = 16 * 1024;

    /** Room for one read of a connection at rest: it stays for as long as the connection does. */
    private static final int REST_BYTES = 2 * 1024;

    /** How long the peer has to end the connection, after both sides said all they had. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Socket raw;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** What is read into while it is not known that more comes. */
    private byte[] ofRest = new byte[HEAD_BYTES];

    /** What was read into last: the above, or something that is lent until all of it is passed on. */
    private byte[] buffer = ofRest;

    private int timeout;
    private int unread;
    private int filled;
    private String subprotocol = "";

    private final ReentrantLock message = new ReentrantLock();
    private final Outbox outbox;

    /** The thread that passes on what came, and what tells it how much of that is left; others cannot mistake themselves for it. */
    private @Nullable Thread passer;

    private @Nullable IntSupplier unseen;

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
        this.outbox = new Outbox(out);
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
        byte[] bytes = buffer;
        int lineStart = unread;
        for (int at = unread; ; at++) {
            if (at == filled) {
                if (filled == bytes.length) {
                    throw new IOException("the answer's head is longer than " + HEAD_BYTES + " bytes");
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
        int count = in.read(buffer, at, buffer.length - at);
        if (count < 0) {
            throw new IOException("the connection was ended before an answer");
        }
        filled = at + count;
    }

    /** The connection is upgraded. */
    void agreeOn(String chosen) {
        this.subprotocol = chosen;
        this.ofRest = new byte[REST_BYTES];
    }

    /** {@return the subprotocol that both ends agreed on, if they did} */
    public Optional<String> subprotocol() {
        return subprotocol.isEmpty() ? Optional.empty() : Optional.of(subprotocol);
    }

    /**
     * Reads once, and passes on what came. What is sent meanwhile on this thread leaves when all of it is passed on, or a
     * few milliseconds after it was sent.
     *
     * @param patience how long to wait for a first byte; zero waits for ever
     * @return whether anything came: false at the end of the connection
     * @throws SocketTimeoutException if nothing came in time; the connection is as it was
     */
    public boolean receive(MessageReader reader, Duration patience) throws IOException {
        int from = await(patience);
        if (from >= 0) {
            passOn(reader::unread, () -> reader.read(came(), from, filled));
        }
        return from >= 0;
    }

    /** Reads once, as {@link #receive(MessageReader, Duration)} does, and passes on parts of messages. */
    public boolean receive(PartReader reader, Duration patience) throws IOException {
        int from = await(patience);
        if (from >= 0) {
            passOn(reader::unread, () -> reader.read(came(), from, filled));
        }
        return from >= 0;
    }

    private ByteBuffer came() {
        return ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void passOn(IntSupplier more, Runnable reading) throws IOException {
        passer = Thread.currentThread();
        unseen = more;
        try {
            reading.run();
        } finally {
            unseen = null;
            SpareBuffers.giveBack(buffer);
            buffer = ofRest;
            outbox.release();
        }
    }

    /** {@return where what came begins; a negative number at the end of the connection} */
    private int await(Duration patience) throws IOException {
        if (unread == filled) {
            waitAtMost(patience.isZero() ? 0 : (int) Math.max(1, Math.min(patience.toMillis(), 1 << 30)));
            buffer = ofRest;
            int count = in.read(buffer, 0, buffer.length);
            if (count < 0) {
                return -1;
            }
            unread = 0;
            filled = count;
            if (count == buffer.length) {
                readOn();
            }
        }
        int from = unread;
        unread = filled;
        return from;
    }

    /** Reads what else is there. Does not wait. */
    private void readOn() throws IOException {
        if (in.available() > 0) {
            byte[] much = SpareBuffers.lend(HEAD_BYTES);
            int more;
            try {
                more = in.read(much, filled, much.length - filled);
            } catch (IOException e) {
                SpareBuffers.giveBack(much);
                throw e;
            }
            System.arraycopy(buffer, 0, much, 0, filled);
            buffer = much;
            filled += Math.max(0, more);
        }
    }

    private void waitAtMost(int millis) throws IOException {
        if (millis != timeout) {
            socket.setSoTimeout(millis);
            timeout = millis;
        }
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
        do {
            int length = Math.min(MAX_FRAGMENT_BYTES, payload.remaining());
            boolean whole = length == payload.remaining();
            outbox.send(whole && last ? FrameWriter.FINAL | kind : kind, payload, length, holdsBack());
            kind = Opcode.CONTINUATION;
        } while (payload.hasRemaining());
    }

    /**
     * {@return whether what is sent now may wait for what is sent next} So it is while the thread that reads passes on what came
     * and has more of it: the answers to what one read brought leave together.
     */
    private boolean holdsBack() {
        IntSupplier more = unseen;
        return more != null && Thread.currentThread().equals(passer) && more.getAsInt() > 0;
    }

    /**
     * Sends a piece of a message whose end is not known yet, in fragments of at most {@value #MAX_FRAGMENT_BYTES} bytes. Blocks
     * while the peer does not read. Who sends a message so is the only one who sends messages until it is whole: control frames
     * alone may come between.
     *
     * @param opcode {@link Opcode#TEXT} or {@link Opcode#BINARY} for the first piece, then {@link Opcode#CONTINUATION}
     * @param last whether the message ends with it
     * @param payload borrowed, and left as it is
     */
    public void sendFragment(int opcode, boolean last, byte[] payload, int offset, int length) throws IOException {
        sendInFragments(opcode, last, ByteBuffer.wrap(payload, offset, length));
    }

    /** Sends the last frame of this side. Waits for a message that is being sent. */
    public void sendClose(CloseStatus status) throws IOException {
        message.lock();
        try {
            control(Opcode.CLOSE, status.payload());
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
        control(Opcode.PING, payload);
    }

    private void control(int opcode, byte[] payload) throws IOException {
        outbox.send(FrameWriter.FINAL | opcode, ByteBuffer.wrap(payload), payload.length, false);
    }

    /** Answers a ping: now, or as soon as the frame that is being sent is out. Of several pings the last is answered. */
    public void sendPong(byte[] payload) throws IOException {
        outbox.pong(payload);
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
            waitAtMost((int) left);
            count = in.read(ofRest, 0, ofRest.length);
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
