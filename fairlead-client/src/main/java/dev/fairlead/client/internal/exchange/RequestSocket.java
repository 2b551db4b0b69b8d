// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.internal.Deadlines;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.MalformedMessage;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.PartReader;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A socket that was dialled for one request: read to its end on a thread of its own, so that the relay's pings are answered
 * and a sender that leaves is noticed, whatever the handler does meanwhile.
 */
final class RequestSocket implements PartReader.Sink {

    private static final System.Logger LOGGER = System.getLogger(RelayedExchange.class.getName());

    /** How long a relay that was dialled has to say what is asked. */
    private static final Duration FIRST_WORD = Duration.ofSeconds(60);

    /** How long a relay has to end the socket of a complete answer, which a slow sender may still be taking. */
    private static final Duration LAST_WORD = Duration.ofMinutes(10);

    /** Far more than a relay may send, so that one that is generous is not turned away. */
    private static final int MAX_TEXT_BYTES = 16 * ControlMessages.MAX_ENCODED_BYTES;

    private final FrameSocket socket;
    private final Exchanges all;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private volatile @Nullable Exchange exchange;
    private @Nullable BodyPipe body;
    private @Nullable CloseStatus lastWord;
    private volatile @Nullable Future<?> deadline;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /**
     * Takes over a socket.
     *
     * @param exchange that will be answered by it; {@code null} if the relay has yet to say what is asked
     */
    RequestSocket(FrameSocket socket, Exchanges all, @Nullable Exchange exchange) {
        this.socket = socket;
        this.all = all;
        this.exchange = exchange;
    }

    FrameSocket frames() {
        return socket;
    }

    void abort() {
        socket.abort();
    }

    /** Gives the relay a while to end the socket. */
    void expectTheEnd() {
        if (deadline == null && !ended.isDone()) {
            Future<?> armed = Deadlines.after(LAST_WORD, socket::abort);
            deadline = armed;
            if (ended.isDone()) {
                armed.cancel(false);
            }
        }
    }

    /** {@return a future that completes when the socket is closed} */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** {@return whether the handler of this socket's exchange is what calls} */
    boolean isOfItsThread() {
        Exchange served = exchange;
        return served != null && served.isOnItsThread();
    }

    /** Reads until the end. */
    void run() {
        all.enter(this);
        try {
            read();
        } finally {
            ended.complete(null);
            all.leave(this);
            Future<?> armed = deadline;
            if (armed != null) {
                armed.cancel(false);
            }
        }
    }

    private void read() {
        PartReader parts = new PartReader(FrameHeaderReader.ofServerFrames(), this);
        try {
            while (lastWord == null && socket.receive(parts, exchange == null ? FIRST_WORD : Duration.ZERO)) {
                // passed on
            }
        } catch (IOException | ProtocolViolation e) {
            LOGGER.log(System.Logger.Level.DEBUG, "the socket of a request ended: {0}", e.getMessage());
        }
        Exchange served = exchange;
        boolean inPeace = false;
        if (served != null) {
            inPeace = served.onSocketEnd(lastWord);
            // a handler that still reads, although it has answered
            served.onBodyLost();
        }
        if (inPeace) {
            socket.finish();
        } else {
            socket.abort();
        }
    }

    @Override
    public void onFrame(int opcode, long length) {
        if (opcode == Opcode.TEXT && length > MAX_TEXT_BYTES - text.size()) {
            throw new ProtocolViolation(
                    CloseStatus.TOO_BIG, "a request's head holds at most " + MAX_TEXT_BYTES + " bytes");
        }
    }

    @Override
    public void onPart(int opcode, ByteBuffer in, int from, int to, boolean last) {
        if (opcode == Opcode.BINARY) {
            onBody(in, from, to, last);
            return;
        }
        byte[] part = new byte[to - from];
        in.get(from, part);
        text.writeBytes(part);
        if (last) {
            String whole = text.toString(StandardCharsets.UTF_8);
            text.reset();
            onText(whole);
        }
    }

    private void onBody(ByteBuffer in, int from, int to, boolean last) {
        BodyPipe pipe = body;
        if (pipe != null) {
            pipe.put(in, from, to);
            if (last) {
                pipe.end();
                body = null;
            }
        }
    }

    private void onText(String whole) {
        ControlMessage message;
        try {
            message = ControlMessages.decode(whole);
        } catch (MalformedMessage e) {
            LOGGER.log(System.Logger.Level.DEBUG, "a message was passed over: {0}", e.getMessage());
            return;
        }
        if (exchange == null && message instanceof ControlMessage.Request request) {
            BodyPipe pipe = request.body() ? new BodyPipe() : null;
            body = pipe;
            exchange = all.begin(request, this, pipe);
        } else {
            LOGGER.log(System.Logger.Level.DEBUG, "a message was passed over: {0}", message);
        }
    }

    @Override
    public void onPing(byte[] payload) {
        try {
            socket.sendPong(payload);
        } catch (IOException e) {
            socket.abort();
        }
    }

    @Override
    public void onClose(CloseStatus status) {
        lastWord = status;
    }
}
