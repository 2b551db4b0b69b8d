// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.Deadlines;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.MessageReader;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.PartReader;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket between a listener and a sender, joined by the relay. Both directions end on their own: who has said all may
 * go on reading. Messages come to the {@link ConnectionHandler}. Every method may be called from any thread.
 */
public final class RelayConnection implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger(RelayConnection.class.getName());

    /** The longest payload of a control frame (RFC 6455, section 5.5). */
    private static final int MAX_PING_BYTES = 125;

    /** No message that was begun waits for its end. */
    private static final int NONE = -1;

    private final FrameSocket socket;
    private final @Nullable RelayedRequest request;
    private final Limits limits;
    private final CompletableFuture<CloseStatus> closed = new CompletableFuture<>();
    private final AtomicBoolean outputShut = new AtomicBoolean();
    private final ReentrantLock sending = new ReentrantLock();
    private int begun = NONE;
    private volatile boolean aborted;
    private volatile boolean broken;
    private volatile @Nullable Future<?> deadline;
    private volatile @Nullable Thread reader;
    private volatile @Nullable RelayConnection partner;

    /**
     * What bounds a connection.
     *
     * @param maxMessageSize of what comes in, in bytes
     * @param closeTimeout from a close of this side to the end, whatever the peer does
     */
    record Limits(int maxMessageSize, Duration closeTimeout) {}

    RelayConnection(FrameSocket socket, @Nullable RelayedRequest request, Limits limits) {
        this.socket = socket;
        this.request = request;
        this.limits = limits;
    }

    /** Joins this connection to another, so that each passes on what comes to the other; before either is read. */
    void joinTo(RelayConnection other) {
        partner = other;
        other.partner = this;
    }

    /** {@return what the sender asked for, if this is the listener's side} */
    public Optional<RelayedRequest> request() {
        return Optional.ofNullable(request);
    }

    /** {@return the subprotocol that both sides agreed on, if they did} */
    public Optional<String> subprotocol() {
        return socket.subprotocol();
    }

    /**
     * Sends a text message. Blocks while the peer does not read. Halves of characters become question marks.
     *
     * @param text may be empty
     * @throws RelayClosed if this side has said its last word, or the connection is gone
     * @throws IllegalStateException if another message is being sent in parts
     */
    public void sendText(String text) {
        sendWhole(Opcode.TEXT, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Sends a binary message. Blocks while the peer does not read.
     *
     * @param message from its position to its limit; its position moves; not to be changed until the method returns
     * @throws RelayClosed if this side has said its last word, or the connection is gone
     * @throws IllegalStateException if another message is being sent in parts
     */
    public void sendBinary(ByteBuffer message) {
        sendWhole(Opcode.BINARY, Objects.requireNonNull(message, "message"));
    }

    /**
     * Sends a part of a text message whose rest is not there yet. Blocks while the peer does not read. No other message can be
     * sent until the last part was.
     *
     * @param utf8 from its position to its limit; its position moves; a part may end within a character
     * @param last whether the message ends with this part
     * @throws RelayClosed if this side has said its last word, or the connection is gone
     * @throws IllegalStateException if a binary message is being sent in parts
     */
    public void sendTextPart(ByteBuffer utf8, boolean last) {
        sendNext(Opcode.TEXT, Objects.requireNonNull(utf8, "utf8"), last);
    }

    /**
     * Sends a part of a binary message, as {@link #sendTextPart} does of a text.
     *
     * @param part from its position to its limit; its position moves
     * @param last whether the message ends with this part
     * @throws RelayClosed if this side has said its last word, or the connection is gone
     * @throws IllegalStateException if a text message is being sent in parts
     */
    public void sendBinaryPart(ByteBuffer part, boolean last) {
        sendNext(Opcode.BINARY, Objects.requireNonNull(part, "part"), last);
    }

    /**
     * Asks whether the connection lives; {@link ConnectionHandler#onPong} is told the answer. It is the relay that answers, so
     * it says nothing of the peer behind it, whom the relay watches. Blocks while the frame before it is not taken.
     *
     * @param payload what the answer is to have: 125 bytes at most; its position moves
     * @throws RelayClosed if this side has said its last word, or the connection is gone
     * @throws IllegalArgumentException if the payload is longer
     */
    public void sendPing(ByteBuffer payload) {
        if (payload.remaining() > MAX_PING_BYTES) {
            throw new IllegalArgumentException(
                    "payload: " + payload.remaining() + " bytes (expected: at most " + MAX_PING_BYTES + ")");
        }
        byte[] copy = new byte[payload.remaining()];
        payload.get(copy);
        send(() -> socket.sendPing(copy));
    }

    private void sendWhole(int opcode, ByteBuffer message) {
        sending.lock();
        try {
            if (begun != NONE) {
                throw new IllegalStateException(
                        "message: another is being sent in parts (expected: the last part of that one first)");
            }
            send(() -> socket.sendMessage(opcode, message));
        } finally {
            sending.unlock();
        }
    }

    private void sendNext(int opcode, ByteBuffer part, boolean last) {
        sending.lock();
        try {
            if (begun != NONE && begun != opcode) {
                throw new IllegalStateException(
                        "part: of the other kind than the parts before (expected: text after text, binary after binary)");
            }
            send(() -> socket.sendPart(begun == NONE ? opcode : Opcode.CONTINUATION, last, part));
            begun = last ? NONE : opcode;
        } finally {
            sending.unlock();
        }
    }

    private interface Sending {
        void run() throws IOException;
    }

    private void send(Sending call) {
        if (isOver()) {
            throw new RelayClosed("connection: closed (expected: open for sending)");
        }
        try {
            call.run();
        } catch (IOException e) {
            // what reads finds out, too, and tells the handler
            broken = true;
            socket.abort();
            throw new RelayClosed("connection: lost while sending", e);
        }
    }

    /** Sends a part of a message; nobody else sends messages here. */
    void sendPart(int opcode, boolean last, ByteBuffer part) throws IOException {
        socket.sendPart(opcode, last, part);
    }

    private boolean isOver() {
        return outputShut.get() || aborted || broken;
    }

    /**
     * Says that nothing more will be sent, with status 1000, and goes on reading until the peer closes as well. Waits for
     * messages that are being sent. Does nothing if this side was closed before.
     */
    public void shutdownOutput() {
        shutdownOutput(new CloseStatus(CloseStatus.NORMAL, ""));
    }

    /**
     * Says a last word as {@link #shutdownOutput()} does, with a status of the caller's.
     *
     * @param status what the peer is told
     */
    public void shutdownOutput(CloseStatus status) {
        shutOutput(Objects.requireNonNull(status, "status"));
    }

    /** Closes with status 1000; see {@link #close(CloseStatus)}. */
    @Override
    public void close() {
        close(new CloseStatus(CloseStatus.NORMAL, ""));
    }

    /**
     * Says a last word. The peer has until the close timeout (5 s unless told) to say its own; then, or if even the last
     * word cannot be sent in that time, the connection is aborted. What the peer says meanwhile still comes to the handler.
     *
     * @param status what the peer is told
     */
    public void close(CloseStatus status) {
        limitTheEnd();
        shutOutput(status);
    }

    private void limitTheEnd() {
        if (deadline == null && !closed.isDone()) {
            Future<?> armed = Deadlines.after(limits.closeTimeout(), this::abort);
            deadline = armed;
            if (closed.isDone()) {
                armed.cancel(false);
            }
        }
    }

    void shutOutput(CloseStatus status) {
        if (outputShut.compareAndSet(false, true) && !aborted) {
            try {
                socket.sendClose(status);
            } catch (IOException e) {
                socket.abort();
            }
        }
    }

    /** Ends the connection at once, without a word: the peer sees it lost. */
    public void abort() {
        boolean first = !aborted;
        aborted = true;
        socket.abort();
        RelayConnection other = partner;
        if (first && other != null) {
            other.abort();
        }
    }

    /**
     * {@return a future that tells how the connection ended: with the peer's last word once both sides have closed, or with
     * a {@link RelayClosed} if it was lost} To complete it does nothing to the connection.
     */
    public CompletableFuture<CloseStatus> closed() {
        return closed.copy();
    }

    /** {@return whether the handler of this connection is what calls} */
    boolean isOnItsThread() {
        return Thread.currentThread().equals(reader);
    }

    /** Reads until the end, on the connection's own thread, and passes on to whom this is joined or to a handler. */
    void run(Function<RelayedRequest, ConnectionHandler> handlers) {
        RelayConnection other = partner;
        if (other != null) {
            new Junction(this, other).run();
        } else {
            run(handlers.apply(request().orElseThrow()));
        }
    }

    /** Reads until the end, on the connection's own thread. */
    void run(ConnectionHandler handler) {
        reader = Thread.currentThread();
        Incoming incoming = new Incoming(handler);
        try {
            incoming.tell(() -> handler.onOpen(this));
            CloseStatus last =
                    handler instanceof PartHandler parts ? readParts(incoming, parts) : readMessages(incoming);
            incoming.tell(() -> handler.onClose(this, last));
            limitTheEnd();
            shutOutput(last);
            if (partner != null) {
                socket.awaitEnd();
            }
            socket.finish();
            end(() -> closed.complete(last));
        } catch (HandlerFailure e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a connection's handler failed, and its connection ends",
                    e.getCause());
            breakOff(CloseStatus.clipped(CloseStatus.INTERNAL_ERROR, ""));
            lost(
                    handler,
                    new RelayClosed("connection: ended, since its handler failed", e.getCause()),
                    incoming.status == null);
        } catch (ProtocolViolation e) {
            breakOff(e.status());
            lost(
                    handler,
                    new RelayClosed("connection: ended, since the peer broke a rule: " + e.getMessage(), e),
                    true);
        } catch (IOException e) {
            socket.abort();
            lost(
                    handler,
                    new RelayClosed(
                            aborted
                                    ? "connection: aborted"
                                    : "connection: lost" + (outputShut.get() ? " before the peer closed as well" : ""),
                            e),
                    incoming.status == null);
        }
    }

    private CloseStatus readMessages(Incoming incoming) throws IOException {
        MessageReader messages =
                new MessageReader(FrameHeaderReader.ofServerFrames(), limits.maxMessageSize(), incoming);
        CloseStatus status;
        while ((status = incoming.status) == null) {
            if (!socket.receive(messages, Duration.ZERO)) {
                throw new EOFException("the connection was lost");
            }
        }
        return status;
    }

    private CloseStatus readParts(Incoming incoming, PartHandler handler) throws IOException {
        PartReader parts = new PartReader(FrameHeaderReader.ofServerFrames(), new IncomingParts(incoming, handler));
        CloseStatus status;
        while ((status = incoming.status) == null) {
            if (!socket.receive(parts, Duration.ZERO)) {
                throw new EOFException("the connection was lost");
            }
        }
        return status;
    }

    private void breakOff(CloseStatus status) {
        limitTheEnd();
        shutOutput(status);
        socket.finish();
    }

    private void lost(ConnectionHandler handler, RelayClosed cause, boolean telling) {
        if (telling) {
            try {
                handler.onLost(this, cause);
            } catch (RuntimeException | Error e) {
                LOGGER.log(System.Logger.Level.WARNING, "a connection's handler failed at its end", e);
            }
        }
        end(() -> closed.completeExceptionally(cause));
    }

    private void end(Runnable completion) {
        completion.run();
        Future<?> armed = deadline;
        if (armed != null) {
            armed.cancel(false);
        }
    }

    /** What a handler threw, told apart from what the connection throws. */
    private static final class HandlerFailure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        HandlerFailure(Throwable cause) {
            super(null, cause, false, false);
        }
    }

    private final class Incoming implements MessageReader.Sink {

        private final ConnectionHandler handler;
        private @Nullable CloseStatus status;

        Incoming(ConnectionHandler handler) {
            this.handler = handler;
        }

        void tell(Runnable call) {
            try {
                call.run();
            } catch (RelayClosed e) {
                if (!isOver()) {
                    throw new HandlerFailure(e);
                }
                // an answer that came too late is no fault of the handler
                LOGGER.log(System.Logger.Level.DEBUG, "a handler could not answer any more: {0}", e.getMessage());
            } catch (RuntimeException | Error e) {
                throw new HandlerFailure(e);
            }
        }

        @Override
        public void onText(String text) {
            if (!aborted) {
                tell(() -> handler.onText(RelayConnection.this, text));
            }
        }

        @Override
        public void onBinary(byte[] message) {
            if (!aborted) {
                tell(() -> handler.onBinary(RelayConnection.this, message));
            }
        }

        @Override
        public void onPing(byte[] payload) {
            if (!outputShut.get()) {
                try {
                    socket.sendPong(payload);
                } catch (IOException e) {
                    socket.abort();
                }
            }
        }

        @Override
        public void onPong(byte[] payload) {
            if (!aborted) {
                tell(() -> handler.onPong(RelayConnection.this, payload));
            }
        }

        @Override
        public void onClose(CloseStatus last) {
            if (!aborted) {
                status = last;
            }
        }
    }

    private final class IncomingParts implements PartReader.Sink {

        private final Incoming incoming;
        private final PartHandler handler;

        IncomingParts(Incoming incoming, PartHandler handler) {
            this.incoming = incoming;
            this.handler = handler;
        }

        @Override
        public void onPart(int opcode, ByteBuffer in, int from, int to, boolean last) {
            if (!aborted) {
                ByteBuffer part = in.slice(from, to - from);
                incoming.tell(() -> {
                    if (opcode == Opcode.TEXT) {
                        handler.onTextPart(RelayConnection.this, part, last);
                    } else {
                        handler.onBinaryPart(RelayConnection.this, part, last);
                    }
                });
            }
        }

        @Override
        public void onPing(byte[] payload) {
            incoming.onPing(payload);
        }

        @Override
        public void onPong(byte[] payload) {
            incoming.onPong(payload);
        }

        @Override
        public void onClose(CloseStatus last) {
            incoming.onClose(last);
        }
    }
}
