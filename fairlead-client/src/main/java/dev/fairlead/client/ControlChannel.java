// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.client.internal.Deadlines;
import dev.fairlead.client.internal.Entrance;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.client.internal.exchange.ControlPath;
import dev.fairlead.client.spi.Token;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.MalformedMessage;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.MessageReader;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One open control channel. The listener's thread reads it; that read's time-out is the clock of everything that has to be
 * done when nothing comes: pings, the renewal of the token, and the finding that the relay is gone.
 */
final class ControlChannel implements MessageReader.Sink, ControlPath {

    private static final System.Logger LOGGER = System.getLogger(RelayListener.class.getName());

    /** Far more than a relay may send, so that one that is generous is not turned away. */
    private static final int MAX_MESSAGE_BYTES = 16 * ControlMessages.MAX_ENCODED_BYTES;

    /** Not a program's executor: while all of its threads are busy, a token still ends. */
    private static final Executor RENEWALS = new ConnectionThreads("fairlead-renewal");

    private final FrameSocket socket;
    private final Entrance entrance;
    private final Duration pingInterval;
    private final Arrivals arrivals;

    private final AtomicBoolean outputShut = new AtomicBoolean();
    private final AtomicBoolean renewing = new AtomicBoolean();

    /** A request whose body is the next message. */
    private ControlMessage.@Nullable Request awaitingBody;

    private @Nullable CloseStatus lastWord;
    private volatile long renewAt;
    private volatile Instant expiresAt;

    ControlChannel(FrameSocket socket, Entrance entrance, Token token, Duration pingInterval, Arrivals arrivals) {
        this.socket = socket;
        this.entrance = entrance;
        this.pingInterval = pingInterval;
        this.arrivals = arrivals;
        this.expiresAt = token.expiresAt();
        this.renewAt = in(Renewal.delay(left(token.expiresAt()), ControlChannel::chance));
    }

    private static double chance() {
        return ThreadLocalRandom.current().nextDouble();
    }

    private static Duration left(Instant expiresAt) {
        return Duration.between(Instant.now(), expiresAt);
    }

    private static long in(Duration delay) {
        return System.nanoTime() + Deadlines.nanos(delay);
    }

    /**
     * Serves the channel until it ends.
     *
     * @return why it ended, if the relay said so in a Close frame
     * @throws IOException if it ended without
     */
    CloseStatus serve() throws IOException {
        MessageReader reader = new MessageReader(FrameHeaderReader.ofServerFrames(), MAX_MESSAGE_BYTES, this);
        long interval = pingInterval.toNanos();
        long heard = System.nanoTime();
        boolean asked = false;
        try {
            CloseStatus status;
            while ((status = lastWord) == null) {
                long now = System.nanoTime();
                if (!asked && now - heard >= interval) {
                    asked = true;
                    // from here on the relay has a whole interval to answer, even if this machine slept meanwhile
                    heard = now;
                    bounded(socket::sendPing);
                }
                if (now - renewAt >= 0) {
                    renew();
                }
                long quiet = interval - (now - heard);
                try {
                    if (!socket.receive(
                            reader, Duration.ofNanos(Math.max(1_000_000, Math.min(quiet, renewAt - now))))) {
                        throw new EOFException("the relay ended the control channel without a word");
                    }
                    heard = System.nanoTime();
                    asked = false;
                } catch (SocketTimeoutException nothingCame) {
                    if (asked && System.nanoTime() - heard >= interval) {
                        throw new SocketTimeoutException(
                                "the relay did not answer a ping within " + pingInterval.toMillis() + " ms");
                    }
                }
            }
            part(status);
            return status;
        } catch (ProtocolViolation e) {
            part(e.status());
            throw new IOException("the relay broke a rule: " + e.getMessage(), e);
        } finally {
            socket.abort();
        }
    }

    private void part(CloseStatus status) throws IOException {
        if (outputShut.compareAndSet(false, true)) {
            bounded(() -> socket.sendClose(status));
        }
        bounded(socket::finish);
    }

    private interface Step {
        void take() throws IOException;
    }

    /** A relay that does not read may not hold the thread that watches whether it lives. */
    private void bounded(Step step) throws IOException {
        Future<?> deadline = Deadlines.after(pingInterval, socket::abort);
        try {
            step.take();
        } finally {
            deadline.cancel(false);
        }
    }

    /** Asks for the new token on a thread of its own: its source may take its time, and is asked once at a time. */
    private void renew() {
        renewAt = in(Renewal.retryDelay(left(expiresAt)));
        if (!renewing.compareAndSet(false, true)) {
            return;
        }
        RENEWALS.execute(() -> {
            try {
                Token token = entrance.token();
                if (token == null) {
                    return;
                }
                socket.sendMessage(
                        Opcode.TEXT,
                        ByteBuffer.wrap(ControlMessages.encode(new ControlMessage.RenewToken(token.text()))
                                .getBytes(StandardCharsets.UTF_8)));
                expiresAt = token.expiresAt();
                renewAt = in(Renewal.delay(left(token.expiresAt()), ControlChannel::chance));
            } catch (IOException | RuntimeException e) {
                LOGGER.log(System.Logger.Level.WARNING, "the token could not be renewed; it is tried again", e);
            } finally {
                renewing.set(false);
            }
        });
    }

    @Override
    public void answer(String response, @Nullable ByteBuffer body) throws IOException {
        if (outputShut.get()) {
            throw new IOException("the control channel is closed");
        }
        if (body == null) {
            socket.sendMessage(Opcode.TEXT, ByteBuffer.wrap(response.getBytes(StandardCharsets.UTF_8)));
        } else {
            socket.sendPair(response, body);
        }
    }

    /** Says the last word of this side; whoever serves the channel reads on until the relay has said its own. */
    void close() {
        if (outputShut.compareAndSet(false, true)) {
            try {
                socket.sendClose(new CloseStatus(CloseStatus.NORMAL, "Normal Closure"));
            } catch (IOException goneAlready) {
                socket.abort();
            }
        }
    }

    /** Ends the channel at once, whatever it does. */
    void abort() {
        socket.abort();
    }

    @Override
    public void onText(String text) {
        if (awaitingBody != null) {
            LOGGER.log(System.Logger.Level.DEBUG, "a request was passed over, since its body did not follow it");
            awaitingBody = null;
        }
        ControlMessage message;
        try {
            message = ControlMessages.decode(text);
        } catch (MalformedMessage e) {
            LOGGER.log(System.Logger.Level.DEBUG, "a control message was passed over: {0}", e.getMessage());
            return;
        }
        if (message instanceof ControlMessage.Accept accept) {
            arrivals.meet(accept);
        } else if (message instanceof ControlMessage.Request request && request.body()) {
            awaitingBody = request;
        } else if (message instanceof ControlMessage.Request request) {
            arrivals.take(request, new byte[0], this);
        } else if (message instanceof ControlMessage.RequestAt request) {
            arrivals.fetch(request);
        } else {
            LOGGER.log(System.Logger.Level.DEBUG, "a control message was passed over: {0}", message);
        }
    }

    @Override
    public void onBinary(byte[] message) {
        ControlMessage.Request request = awaitingBody;
        if (request == null) {
            LOGGER.log(System.Logger.Level.DEBUG, "a binary control message was passed over");
            return;
        }
        awaitingBody = null;
        arrivals.take(request, message, this);
    }

    @Override
    public void onPing(byte[] payload) {
        try {
            bounded(() -> socket.sendPong(payload));
        } catch (IOException e) {
            socket.abort();
        }
    }

    @Override
    public void onClose(CloseStatus status) {
        lastWord = status;
    }
}
