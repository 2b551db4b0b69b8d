// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSession;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketListener;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.enums.ReadyState;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.framing.PongFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.protocols.IProtocol;
import org.jspecify.annotations.Nullable;

/**
 * A sender's WebSocket as Java-WebSocket shows it to programs. Every method may be called from any thread.
 *
 * <p>Sending queues, and returns at once; where 16 MiB wait for one connection already, it waits for room instead, as long as
 * the connection lives. Pings are answered by the relay, and pongs end there: neither tells anything of the sender.
 */
public final class RelayedWebSocket implements WebSocket {

    private static final System.Logger LOGGER = System.getLogger(RelayedWebSocketServer.class.getName());

    private final WebSocketListener server;
    private final ClientHandshake handshake;
    private final @Nullable InetSocketAddress remote;
    private final Executor threads;

    /** The draft counts them. */
    private final ReentrantLock fragments = new ReentrantLock();

    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private volatile ReadyState state = ReadyState.NOT_YET_CONNECTED;
    private volatile @Nullable Draft draft;
    private volatile @Nullable Connected connected;
    private volatile @Nullable Object attachment;
    private volatile @Nullable Thread calling;
    private volatile long heardAt = System.nanoTime();

    /** What {@code onClose} is told. */
    private record Ending(int code, String reason, boolean remote) {

        static Ending lost() {
            return new Ending(CloseFrame.ABNORMAL_CLOSE, "", true);
        }
    }

    /** What there is once the connection stands. */
    private record Connected(Line line, Outbox outbox) {}

    /**
     * Makes a socket for a sender that is not answered yet.
     *
     * @param server is told of what happens
     * @param remote {@code null} if the relay did not say
     * @param threads write what is sent
     */
    RelayedWebSocket(
            WebSocketListener server, ClientHandshake handshake, @Nullable InetSocketAddress remote, Executor threads) {
        this.server = server;
        this.handshake = handshake;
        this.remote = remote;
        this.threads = threads;
    }

    // What comes from the relay, on the connection's own thread.

    /** Asks the drafts and the program whether the connection may be. */
    OpeningHandshake.Answer greet(List<Draft> drafts) {
        OpeningHandshake.Answer answer = OpeningHandshake.answer(this, server, drafts, handshake);
        if (answer instanceof OpeningHandshake.Answer.Accepted accepted) {
            if (closing.get()) {
                answer = new OpeningHandshake.Answer.Refused(
                        404, "WebSocket Upgrade Failure", CloseFrame.NEVER_CONNECTED, "");
            } else {
                draft = accepted.draft();
            }
        }
        if (answer instanceof OpeningHandshake.Answer.Refused refused) {
            closing.set(true);
            state = ReadyState.CLOSING;
            tell(() -> server.onWebsocketClosing(this, refused.code(), refused.reason(), false));
            state = ReadyState.CLOSED;
            ended.countDown();
        }
        return answer;
    }

    void opened(Line line) {
        calling(() -> {
            connected = new Connected(line, new Outbox(line, threads));
            if (closing.get()) {
                // closed by the program before it stood
                ends(new Ending(CloseFrame.NEVER_CONNECTED, "", false));
                line.abort();
            } else {
                state = ReadyState.OPEN;
                tell(() -> server.onWebsocketOpen(this, handshake));
            }
        });
    }

    void heard(String text) {
        calling(() -> {
            if (isOpen()) {
                tell(() -> server.onWebsocketMessage(this, text));
            }
        });
    }

    void heard(byte[] message) {
        calling(() -> {
            if (isOpen()) {
                tell(() -> server.onWebsocketMessage(this, ByteBuffer.wrap(message)));
            }
        });
    }

    void heardPong(byte[] payload) {
        PongFrame pong = new PongFrame();
        pong.setPayload(ByteBuffer.wrap(payload));
        calling(() -> tell(() -> server.onWebsocketPong(this, pong)));
    }

    /** The sender has said its last word: what is queued still goes out, and then the same word. */
    void closedByPeer(CloseStatus status) {
        // Java-WebSocket takes a close without a code for one in order
        CloseStatus said = status.equals(CloseStatus.NONE) ? new CloseStatus(CloseFrame.NORMAL, "") : status;
        calling(() -> {
            if (closing.compareAndSet(false, true)) {
                leave(new Ending(said.code(), said.reason(), true), said);
            }
            connected().outbox.awaitLeft();
            isOver();
        });
    }

    /**
     * The connection is gone, without a last word of the sender's.
     *
     * @param cause what the sender did wrong, if that is why
     */
    void lost(@Nullable ProtocolViolation cause) {
        connected().outbox.abandon();
        calling(() -> {
            if (cause != null && closing.compareAndSet(false, true)) {
                CloseStatus status = cause.status();
                if (status.code() != CloseFrame.TOOBIG) {
                    failed(new InvalidDataException(status.code(), status.reason()));
                }
                leave(new Ending(status.code(), status.reason(), false), null);
            }
            closing.set(true);
            isOver();
        });
    }

    private boolean ends(Ending how) {
        boolean first = ending.compareAndSet(null, how);
        if (first) {
            state = ReadyState.CLOSING;
        }
        return first;
    }

    private void isOver() {
        ends(Ending.lost());
        Ending how = ending.get();
        if (how != null) {
            tell(() -> server.onWebsocketClose(this, how.code, how.reason, how.remote));
        }
        state = ReadyState.CLOSED;
        ended.countDown();
    }

    /** Marks the connection's own thread as busy: meanwhile nothing can be heard. */
    private void calling(Runnable calls) {
        calling = Thread.currentThread();
        try {
            calls.run();
        } finally {
            calling = null;
            heardAt = System.nanoTime();
        }
    }

    /** Calls the program; what it throws is told to its {@code onError}, and an error ends the connection. */
    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            failed(e);
        } catch (Error e) {
            failed(new Exception(e));
            close(CloseFrame.UNEXPECTED_CONDITION, "");
        }
    }

    private void failed(Exception failure) {
        try {
            server.onWebsocketError(this, failure);
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "onError failed", e);
        }
    }

    // What the server asks.

    /**
     * Waits until {@code onClose} has returned; or, called by a callback for this connection, which cannot end before that
     * returns, until the last word was said. {@return whether it came to that}
     */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        Connected now = connected;
        if (now != null && Thread.currentThread().equals(calling)) {
            return now.outbox.awaitLeft(patience);
        }
        return ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the connection without a word, and lets {@code onClose} be told what it would have been. */
    void abort() {
        Connected now = connected;
        if (now != null) {
            now.line.abort();
            now.outbox.abandon();
        }
    }

    /**
     * Asks the relay whether the line stands, or takes it for lost if it was silent, or took nothing, for too long. A
     * callback that takes its time is no silence.
     */
    void checkLine(Duration patience) {
        Connected now = connected;
        if (now == null || state == ReadyState.CLOSED) {
            return;
        }
        long latest = System.nanoTime() - patience.toNanos();
        boolean silent = calling == null && heardAt - latest < 0;
        if (silent || now.outbox.hasStoodStillSince(latest)) {
            closeConnection(CloseFrame.ABNORMAL_CLOSE, "The line to the relay was silent for too long");
        } else if (isOpen()) {
            sendPing();
        }
    }

    // What programs ask.

    /**
     * Says that this side goes, with what the code means (RFC 6455, section 7.4.1), behind all that is queued; what the
     * sender says from now on is not heard. {@code onClose} is told when the sender has answered, or the listener's
     * {@code closeTimeout} is over.
     *
     * @param code 1000 to 1003, 1007 to 1014 or 3000 to 4999. {@link CloseFrame#ABNORMAL_CLOSE}, and a code that may not be
     *     sent, end the connection without a word, the latter after {@code onError}
     * @param message cut after 123 bytes of UTF-8, the longest that a close can carry
     */
    @Override
    public void close(int code, @Nullable String message) {
        String reason = message == null ? "" : message;
        if (state == ReadyState.NOT_YET_CONNECTED) {
            closing.set(true);
            return;
        }
        if (!isOpen() || !closing.compareAndSet(false, true)) {
            return;
        }
        if (code == CloseFrame.ABNORMAL_CLOSE) {
            leave(new Ending(code, reason, false), null);
            return;
        }
        tell(() -> server.onWebsocketCloseInitiated(this, code, reason));
        try {
            CloseFrame frame = new CloseFrame();
            frame.setReason(reason);
            frame.setCode(code);
            frame.isValid();
            leave(new Ending(code, reason, false), CloseStatus.clipped(code, reason));
        } catch (InvalidDataException e) {
            failed(e);
            leave(new Ending(CloseFrame.ABNORMAL_CLOSE, "generated frame is invalid", false), null);
        }
    }

    private void leave(Ending how, @Nullable CloseStatus lastWord) {
        if (ends(how)) {
            connected().outbox.leave(lastWord);
            tell(() -> server.onWebsocketClosing(this, how.code, how.reason, how.remote));
        }
    }

    /** Does what {@link #close(int, String)} does, without a reason. */
    @Override
    public void close(int code) {
        close(code, "");
    }

    /** Does what {@link #close(int, String)} does, with {@link CloseFrame#NORMAL}. */
    @Override
    public void close() {
        close(CloseFrame.NORMAL);
    }

    /**
     * Ends the connection at once, without a word to the sender. {@code onClose} is told this code and message, on the
     * connection's own thread.
     */
    @Override
    public void closeConnection(int code, @Nullable String message) {
        closing.set(true);
        Connected now = connected;
        if (now != null && state != ReadyState.CLOSED) {
            ending.set(new Ending(code, message == null ? "" : message, false));
            state = ReadyState.CLOSING;
            now.line.abort();
            now.outbox.abandon();
        }
    }

    /**
     * Sends a text.
     *
     * @throws IllegalArgumentException if it is {@code null}
     * @throws WebsocketNotConnectedException if the connection is not open
     */
    @Override
    public void send(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("text: null (expected: a text)");
        }
        sendOwned(draftToSend().createFrames(text, false));
    }

    /**
     * Sends a binary message.
     *
     * @param bytes from its position to its limit; copied, and left as it is
     * @throws IllegalArgumentException if it is {@code null}
     * @throws WebsocketNotConnectedException if the connection is not open
     */
    @Override
    public void send(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            throw new IllegalArgumentException("bytes: null (expected: a message)");
        }
        sendOwned(draftToSend().createFrames(copied(bytes), false));
    }

    /** Does what {@link #send(ByteBuffer)} does. */
    @Override
    public void send(byte @Nullable [] bytes) {
        send(bytes == null ? null : ByteBuffer.wrap(bytes));
    }

    /** Does what {@link #sendFrame(Collection)} does, with one frame. */
    @Override
    public void sendFrame(Framedata framedata) {
        sendFrame(List.of(framedata));
    }

    /**
     * Sends frames, and no message of others between them. A ping goes to the relay; a pong has nowhere to go and is dropped;
     * a close frame does what {@link #close(int, String)} does.
     *
     * @throws IllegalArgumentException if a frame has a reserved bit set, since no extension is agreed on through a relay, or
     *     does not follow the fragments before
     * @throws WebsocketNotConnectedException if the connection is not open
     */
    @Override
    public void sendFrame(@Nullable Collection<Framedata> frames) {
        if (frames == null) {
            throw new IllegalArgumentException("frames: null (expected: frames)");
        }
        send(frames, true);
    }

    /** Sends frames whose payloads nobody changes any more. */
    void sendOwned(Collection<Framedata> frames) {
        send(frames, false);
    }

    private void send(Collection<Framedata> frames, boolean copying) {
        Connected now = connected;
        if (!isOpen() || now == null) {
            throw new WebsocketNotConnectedException();
        }
        List<Outbox.Part> parts = new ArrayList<>();
        for (Framedata frame : frames) {
            Opcode opcode = frame.getOpcode();
            ByteBuffer payload = frame.getPayloadData();
            if (opcode == Opcode.CLOSING) {
                close(((CloseFrame) frame).getCloseCode(), ((CloseFrame) frame).getMessage());
            } else if (opcode == Opcode.PING) {
                now.outbox.ping(copied(payload));
            } else if (opcode != Opcode.PONG) {
                if (frame.isRSV1() || frame.isRSV2() || frame.isRSV3()) {
                    throw new IllegalArgumentException(
                            "frame: a reserved bit is set (expected: none, since no extension is agreed on through a relay)");
                }
                parts.add(
                        new Outbox.Part(kind(opcode), copying ? copied(payload) : payload.duplicate(), frame.isFin()));
            }
        }
        if (!parts.isEmpty() && !now.outbox.offer(parts)) {
            throw new WebsocketNotConnectedException();
        }
    }

    private static Outbox.Kind kind(Opcode opcode) {
        if (opcode == Opcode.TEXT) {
            return Outbox.Kind.TEXT;
        }
        return opcode == Opcode.BINARY ? Outbox.Kind.BINARY : Outbox.Kind.CONTINUATION;
    }

    static ByteBuffer copied(ByteBuffer payload) {
        return ByteBuffer.allocate(payload.remaining()).put(payload.duplicate()).flip();
    }

    /**
     * Sends a fragment of a message. Whole messages of others are sent when the last fragment was.
     *
     * @param op {@link Opcode#TEXT} or {@link Opcode#BINARY}, for all fragments of a message
     * @param buffer from its position to its limit; copied, and left as it is
     * @param fin whether the message ends with it
     * @throws IllegalArgumentException for another opcode
     * @throws WebsocketNotConnectedException if the connection is not open
     */
    @Override
    public void sendFragmentedFrame(Opcode op, ByteBuffer buffer, boolean fin) {
        Draft own = draftToSend();
        fragments.lock();
        try {
            sendOwned(own.continuousFrame(op, copied(buffer), fin));
        } finally {
            fragments.unlock();
        }
    }

    /**
     * Asks the relay whether the line to it stands; {@code onWebsocketPong} is told the answer. The relay watches the sender.
     *
     * @throws WebsocketNotConnectedException if the connection is not open
     */
    @Override
    public void sendPing() {
        PingFrame ping = server.onPreparePing(this);
        if (ping == null) {
            throw new NullPointerException("onPreparePing: null (expected: a ping)");
        }
        sendFrame(ping);
    }

    private Draft draftToSend() {
        Draft own = draft;
        if (own == null || !isOpen()) {
            throw new WebsocketNotConnectedException();
        }
        return own;
    }

    private Connected connected() {
        Connected now = connected;
        if (now == null) {
            throw new IllegalStateException("connection: none (expected: one that was opened)");
        }
        return now;
    }

    /** {@return whether something that was sent is still queued} */
    @Override
    public boolean hasBufferedData() {
        Connected now = connected;
        return now != null && now.outbox.hasQueued();
    }

    /** {@return where the sender connected to the relay from; {@code null} if the relay does not say} */
    @Override
    public @Nullable InetSocketAddress getRemoteSocketAddress() {
        return remote;
    }

    /** {@return where the sender reached the server: the relay's address, not resolved} */
    @Override
    public @Nullable InetSocketAddress getLocalSocketAddress() {
        return server.getLocalSocketAddress(this);
    }

    @Override
    public boolean isOpen() {
        return state == ReadyState.OPEN;
    }

    @Override
    public boolean isClosing() {
        return state == ReadyState.CLOSING;
    }

    /** {@return whether nothing more can be sent, since one of the sides has said its last word} */
    @Override
    public boolean isFlushAndClose() {
        return ending.get() != null;
    }

    @Override
    public boolean isClosed() {
        return state == ReadyState.CLOSED;
    }

    @Override
    public ReadyState getReadyState() {
        return state;
    }

    /** {@return this connection's own draft; {@code null} before the handshake is answered} */
    @Override
    public @Nullable Draft getDraft() {
        return draft;
    }

    /**
     * {@return what the sender asked for below the hybrid connection: a path that begins with a slash, and its query; {@code /}
     * if nothing}
     */
    @Override
    public String getResourceDescriptor() {
        return handshake.getResourceDescriptor();
    }

    @Override
    public <T> void setAttachment(@Nullable T attachment) {
        this.attachment = attachment;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the interface has it so
    public <T> @Nullable T getAttachment() {
        return (T) attachment;
    }

    /** {@return false: TLS with the sender is the relay's matter} */
    @Override
    public boolean hasSSLSupport() {
        return false;
    }

    /**
     * Is not to be had: the sender's TLS ends at the relay.
     *
     * @throws IllegalArgumentException always, as on a port without TLS
     */
    @Override
    public SSLSession getSSLSession() {
        throw new IllegalArgumentException(
                "SSL session: none (expected: none, since the sender's TLS ends at the relay)");
    }

    /**
     * {@return the subprotocol that the draft chose; {@code null} before the handshake is answered}
     *
     * @throws IllegalArgumentException if the draft is no {@link Draft_6455}
     */
    @Override
    public @Nullable IProtocol getProtocol() {
        Draft own = draft;
        if (own == null) {
            return null;
        }
        if (own instanceof Draft_6455 usual) {
            return usual.getProtocol();
        }
        throw new IllegalArgumentException("draft: " + own.getClass().getName() + " (expected: Draft_6455)");
    }

    /** {@return the sender's address and the state: a query can hold secrets} */
    @Override
    public String toString() {
        return "RelayedWebSocket[" + (remote == null ? "unknown" : remote) + ", " + state + "]";
    }
}
